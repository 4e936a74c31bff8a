import path from 'node:path';
import { ARTIFACTS } from '../artifacts/table.ts';
import {
  javaBinary,
  LOOPBACK,
  type Launch,
  renderProperties,
  type ServiceSpec,
  type Site,
} from './service.ts';

/** The random id of the only cluster this data directory ever belongs to; it need not differ between stacks. */
const CLUSTER_ID = '3bLx1v0OQbWyYfyZ1r3v9g';

/** Warnings and errors in full, everything else not at all: the log is read by people who look for a cause. */
const LOG4J = renderProperties({
  'appender.stdout.type': 'Console',
  'appender.stdout.name': 'stdout',
  'appender.stdout.layout.type': 'PatternLayout',
  'appender.stdout.layout.pattern': '[%d] %p %m (%c)%n',
  'rootLogger.level': 'info',
  'rootLogger.appenderRef.stdout.ref': 'stdout',
  // At their usual level these print every configuration value several times.
  'logger.config.name': 'org.apache.kafka.common.config',
  'logger.config.level': 'warn',
  'logger.serverConfig.name': 'kafka.server.KafkaConfig',
  'logger.serverConfig.level': 'warn',
});

/** One broker that is its own controller (KRaft), with the original stack's three partitions per new topic. */
export const KAFKA: ServiceSpec = {
  name: 'kafka',
  title: 'Apache Kafka',
  version: ARTIFACTS.kafka.version,
  artifacts: ['kafka'],
  needsJava: true,
  internalPorts: ['controller'],
  readyAfter: [],
  memoryMb: 300,
  launch: launchKafka,
};

function launchKafka(site: Site): Launch {
  const properties = path.join(site.configDirectory, 'kafka.properties');
  const log4j = path.join(site.configDirectory, 'log4j2.properties');
  const classpath = path.join(site.artifact('kafka'), 'lib', '*');
  const jvm = [
    '-Xms128m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${log4j}`,
    '-cp',
    classpath,
  ];
  return {
    command: javaBinary(site),
    args: [...jvm, 'kafka.Kafka', properties],
    env: {},
    files: { 'kafka.properties': brokerProperties(site), 'log4j2.properties': LOG4J },
    prepare: {
      unless: 'log/meta.properties',
      args: [...jvm, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties],
    },
  };
}

function brokerProperties(site: Site): string {
  const client = `PLAINTEXT://${LOOPBACK}:${site.port('kafka')}`;
  const controller = `${LOOPBACK}:${site.port('kafka.controller')}`;
  return renderProperties({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    listeners: `${client},CONTROLLER://${controller}`,
    'advertised.listeners': client,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': path.join(site.dataDirectory, 'log'),
    'num.partitions': 3,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The cleaner's buffer alone is 128 MB by default, half of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // A record of several megabytes is a legal record of a lakehouse.
    'message.max.bytes': 16 * 1024 * 1024,
  });
}
