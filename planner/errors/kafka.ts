// Errors of the Kafka source and sink. Names of Spark's connector where it has one. None of them ever carries a password or key.

import { conditions } from './define.js';

export const kafkaConditions = conditions({
  KAFKA_AUTHENTICATION_FAILED: { sqlState: '28000', message: 'The Kafka broker <broker> refuses the login by <mechanism>: <reason>.', hint: 'Check kafka.sasl.mechanism and the user and password in kafka.sasl.jaas.config.' },
  KAFKA_BROKERS_UNREACHABLE: { sqlState: '08001', message: 'No answer from Kafka (<brokers>) to <what> within <timeout> ms: <reason>.', hint: 'Check kafka.bootstrap.servers, the network and the brokers; kafka.default.api.timeout.ms says how long to try.' },
  KAFKA_CORRUPT_RECORDS: { sqlState: '22000', message: 'The records of <topic>-<partition> at offset <offset> are not valid: <reason>.', hint: 'The data on the broker or on its way is damaged; nothing of it was used.' },
  'KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE': { sqlState: '22000', message: 'Records of <topic>-<partition> are lost: offsets <startOffset> to <endOffset> are not there any more; the first that is there is <earliest>.', hint: 'The retention of the topic has removed them, or someone has. failOnDataLoss=false goes on with what is there.' },
  'KAFKA_DATA_LOSS.PARTITIONS_DELETED': { sqlState: '22000', message: 'The partitions <partitions> are gone.', hint: 'The topic was deleted, or made again with fewer partitions. failOnDataLoss=false goes on with what is there.' },
  'KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED': { sqlState: '22000', message: 'The end of <topic>-<partition> has changed from offset <prevOffset> to <newOffset>.', hint: 'Records were removed, or the topic was deleted and made again. failOnDataLoss=false goes on at the new end.' },
  'KAFKA_DATA_LOSS.TOPIC_RECREATED': { sqlState: '22000', message: 'The topic <topic> was deleted and made again: it is <newId>, and the offsets in the checkpoint are of <oldId>.', hint: 'What was not read of the old topic is lost. failOnDataLoss=false reads the new one from its beginning.' },
  KAFKA_INVALID_PARTITION: { sqlState: '22023', message: 'There is no partition <partition> of the Kafka topic <topic>, which has <count>.', hint: 'The column partition must be between 0 and the number of partitions less one, or NULL.' },
  KAFKA_INVALID_TOPIC_NAME: { sqlState: '42602', message: 'A Kafka topic cannot have the name "<topic>".', hint: 'Names have 1 to 249 letters, digits, dots, underscores and dashes.' },
  KAFKA_MARK_LOST: { sqlState: '55019', message: 'Whether the epoch that was cut off is in Kafka is not known: the group <group>, which says so, has no mark any more.', hint: 'Kafka forgets the offsets of a group that commits none for offsets.retention.minutes (7 days). Look whether the rows of that epoch are in the topic; removing <file> from the checkpoint has the epoch written again.' },
  KAFKA_NOT_AUTHORIZED: { sqlState: '42501', message: 'The Kafka broker <broker> does not allow <what> on <resource>.', hint: 'Give the user this right in the access control lists of the cluster.' },
  KAFKA_NO_OFFSET_FOR_TIMESTAMP: { sqlState: '22023', message: 'No offset matches the time <timestamp> in <topic>-<partition>: it has no record as young.', hint: 'startingOffsetsByTimestampStrategy=latest starts at the end of such a partition.' },
  KAFKA_NULL_KEY_IN_CHANGELOG: { sqlState: '22004', message: 'A change of a changelog has no key: without one Kafka cannot take a row out.', hint: 'Leave out rows whose key is NULL, or write the changelog without a key, where the column op says what a change does.' },
  KAFKA_NULL_TOPIC_IN_DATA: { sqlState: '22004', message: 'A row for Kafka has no topic: its column topic is NULL.', hint: 'Set the option topic, or leave such rows out.' },
  KAFKA_PRODUCER_FENCED: { sqlState: '40000', message: 'Another run of this query has taken over its writing to Kafka (transactional id <transactionalId>): this one stops.', hint: 'Nothing of the epoch that was being written is visible. Let one run of a query go on at a time.' },
  KAFKA_RECORD_TOO_LARGE: { sqlState: '54000', message: 'A record of <size> bytes for <topic>-<partition> is larger than <limit>.', hint: 'Raise the limit, or make the record smaller. Nothing is cut off.' },
  KAFKA_REQUEST_FAILED: { sqlState: '58030', message: 'Kafka refuses <what> (<where>): <reason>.' },
  KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED: { sqlState: '22023', message: 'The partitions that the <option> name are not those that are read: named <specified>, read <assigned>.', hint: 'Name all partitions of all topics; -1 means the end, -2 the beginning.' },
  KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED: { sqlState: '22023', message: 'The partitions that the <option> name are not those that are read: named <specified>, read <assigned>.', hint: 'Name all partitions of all topics.' },
  KAFKA_TLS_FAILED: { sqlState: '08001', message: 'No trusted connection to the Kafka broker <broker>: <reason>.', hint: 'Check kafka.security.protocol and the certificates in kafka.ssl.truststore.location or kafka.ssl.truststore.certificates.' },
  KAFKA_TRANSACTION_EXPIRED: { sqlState: '40000', message: 'Kafka has ended the transaction of epoch <epoch> (transactional id <transactionalId>) after <timeout> ms.', hint: 'Nothing of the epoch is visible; start the query again, and it is written. transactionTimeout must be longer than an epoch takes to be written.' },
  KAFKA_UNKNOWN_TOPIC: { sqlState: '42704', message: 'There is no <topic> in Kafka (<brokers>).', hint: 'Create the topic, or correct its name.' },
  UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET: { sqlState: '22023', message: 'The starting offset <startOffset> of <topic>-<partition> lies behind the ending offset <endOffset>.' },
  _LEGACY_ERROR_TEMP_3080: { sqlState: '42K09', message: '<msg>', hint: 'A row for Kafka has value, and may have key, topic, partition and headers; valueFormat packs other columns into the value.' },
  _LEGACY_ERROR_TEMP_3081: { sqlState: '0A000', message: 'The save mode <saveMode> is not for Kafka, where nothing is replaced.', hint: 'Use append or error, which both append.' },
});
