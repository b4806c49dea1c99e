// Statements of kinds that no recorded case has, for the fuzzer; and what the queries among them need.

export const OWN_SETUP: readonly string[] = [
  'CREATE FUNCTION plus(x INT, y INT DEFAULT 1) RETURNS INT RETURN x + y * x', 'CREATE FUNCTION above(n INT) RETURNS TABLE (a INT) RETURN SELECT id FROM range(10) WHERE id > n',
  'CREATE FUNCTION best(x INT) RETURNS INT RETURN SELECT max(id) FROM range(9) WHERE id < x', 'DECLARE v INT DEFAULT 3', "DECLARE tname STRING DEFAULT 'range'",
];
export const OWN_STATEMENTS: readonly string[] = [
  'CREATE FUNCTION f(a INT, b STRING DEFAULT \'x\' COMMENT \'c\') RETURNS STRING DETERMINISTIC COMMENT \'d\' RETURN concat(b, a + v, plus(a))',
  'CREATE OR REPLACE TEMPORARY FUNCTION g(n INT) RETURNS TABLE (i INT, s STRING COMMENT \'c\') READS SQL DATA RETURN SELECT id, string(n) FROM range(5) WHERE id < g.n',
  'CREATE FUNCTION plus(x INT) RETURNS INT RETURN best(plus(x)) + (SELECT max(a) FROM above(x))', 'DROP TEMPORARY FUNCTION IF EXISTS f', 'DESCRIBE FUNCTION EXTENDED plus', "SHOW USER FUNCTIONS LIKE 'p*'",
  'SELECT plus(id), plus(y => 2, x => id), best(id), sum(plus(id)) OVER (ORDER BY plus(v)) FROM range(4) WHERE plus(rand()) > v GROUP BY id HAVING plus(count(*)) > 1 ORDER BY plus(id)',
  'SELECT a.a, t.id FROM range(4) AS t, LATERAL above(t.id) AS a JOIN above(v) AS b USING (a)', "SELECT IDENTIFIER('plus')(v, session.v), system.session.v + x FROM (SELECT 1 AS x)", "SELECT * FROM IDENTIFIER(tname)(v)",
  'DECLARE OR REPLACE VARIABLE a, b INT DEFAULT plus(v)', 'SET VAR (a, session.b) = (SELECT max(id), min(id) FROM range(3))', 'SET VARIABLE v = DEFAULT, tname = v + 1', 'DROP TEMPORARY VARIABLE IF EXISTS v',
  "EXECUTE IMMEDIATE 'SELECT :p, ?' INTO v, tname USING 1 AS p, (v + 1 AS q)", 'CREATE TABLE IF NOT EXISTS t USING json OPTIONS (path \'x\', a.b 1) COMMENT \'c\' AS SELECT v AS a', 'SHOW CREATE STREAM s', 'TRUNCATE TABLE t',
  'CREATE OR REPLACE STREAM s (a INT NOT NULL COMMENT \'c\', at TIMESTAMP METADATA FROM \'t\', WATERMARK FOR at AS at - INTERVAL 10 SECONDS IDLE AFTER \'30s\') USING kafka OPTIONS (\'x\' = 1)', 'INSERT INTO t BY NAME SELECT 1 AS a',
  'CREATE OR REPLACE VIEW w (x COMMENT \'c\', y) COMMENT \'d\' AS SELECT v, table_name FROM information_schema.tables JOIN system.queries ON id = name', 'SELECT q.name, p.epoch FROM system.queries q LEFT JOIN system.progress p USING (id) WHERE p.input_rows > v',
  "START QUERY q INTO json OPTIONS (path 'x') OUTPUT MODE append TRIGGER EVERY '2 seconds' CHECKPOINT 'c' AS SELECT plus(v)", 'EXPLAIN EXTENDED SELECT above(v)', 'RESET a.b', 'SET TIME ZONE \'UTC\'',
];
