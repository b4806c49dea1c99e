-- The job that is killed: every row once (rows), windows joined with a table (hits), duplicates dropped (users_seen).
CREATE STREAM clicks (id BIGINT, user STRING, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL 20 SECONDS)
  USING json OPTIONS (path 'in', maxFilesPerTrigger '3');
CREATE TABLE users (id STRING, country STRING) USING csv OPTIONS (path 'users.csv', header 'true');

START QUERY rows INTO json OPTIONS (path 'out/rows') OUTPUT MODE append CHECKPOINT 'checkpoint/rows' AS
  SELECT id, user FROM clicks;
START QUERY hits INTO json OPTIONS (path 'out/hits') OUTPUT MODE append CHECKPOINT 'checkpoint/hits' AS
  SELECT date_format(window.start, 'HH:mm:ss') AS start, country, count(*) AS n, sum(clicks.id) AS total
  FROM clicks JOIN users ON clicks.user = users.id
  GROUP BY window(at, '10 seconds'), country;
START QUERY seen INTO json OPTIONS (path 'out/seen') OUTPUT MODE append CHECKPOINT 'checkpoint/seen' AS
  SELECT DISTINCT user, at FROM clicks;
