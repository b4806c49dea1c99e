-- The job over Kafka that is killed: every row once (rows), windows (hits), both exactly once into topics of their own. BROKERS and NAME are filled in.
CREATE STREAM clicks (id BIGINT, user STRING, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 20 SECONDS)
  USING kafka OPTIONS (subscribe 'NAME-in', `kafka.bootstrap.servers` 'BROKERS', valueFormat 'json', startingOffsets 'earliest', maxOffsetsPerTrigger '400');

START QUERY rows INTO kafka OPTIONS (topic 'NAME-rows', `kafka.bootstrap.servers` 'BROKERS', delivery 'exactly-once', keyColumns 'user')
  OUTPUT MODE append CHECKPOINT 'NAME/checkpoint/rows' AS SELECT id, user FROM clicks;
START QUERY hits INTO kafka OPTIONS (topic 'NAME-hits', `kafka.bootstrap.servers` 'BROKERS', delivery 'exactly-once', `kafka.compression.type` 'lz4')
  OUTPUT MODE append CHECKPOINT 'NAME/checkpoint/hits' AS
  SELECT date_format(window.start, 'HH:mm:ss') AS start, user, count(*) AS n, sum(id) AS total FROM clicks GROUP BY window(at, '10 seconds'), user;
