// Tests with a broker wait for a real server: the default limit of a test is longer than jest's.

jest.setTimeout(30_000);
