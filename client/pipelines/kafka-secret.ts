import type { SecretStorage } from 'vscode';
import { kafkaSecurityFrom, type KafkaSecurity } from '../../pipeline/kafka/security.ts';

/** The key of the editor's secret store; the value is a JSON object of the variables that `kafkaSecurityFrom` reads. */
const SECRET = 'lakehouse.kafka.login';

/** A login of the brokers as it is asked for. */
export interface KafkaLogin {
  /** `1`, `0`, or the path of the authority's PEM file. */
  readonly tls: string;
  readonly mechanism: string;
  readonly username: string;
  readonly password: string;
}

/** How pipelines reach brokers that ask for TLS or a login: the editor's secret store, else the environment. */
export async function readKafkaLogin(
  secrets: Pick<SecretStorage, 'get'>,
  env: NodeJS.ProcessEnv,
): Promise<KafkaSecurity> {
  const text = await secrets.get(SECRET);
  return kafkaSecurityFrom(text === undefined ? env : (JSON.parse(text) as NodeJS.ProcessEnv));
}

/** Keeps a login, or forgets what was kept. Throws when it could not be used, and keeps nothing then. */
export async function keepKafkaLogin(
  secrets: Pick<SecretStorage, 'store' | 'delete'>,
  login: KafkaLogin | undefined,
): Promise<void> {
  if (login === undefined) {
    await secrets.delete(SECRET);
    return;
  }
  const variables = {
    LAKEHOUSE_KAFKA_TLS: login.tls,
    LAKEHOUSE_KAFKA_MECHANISM: login.mechanism,
    LAKEHOUSE_KAFKA_USERNAME: login.username,
    LAKEHOUSE_KAFKA_PASSWORD: login.password,
  };
  kafkaSecurityFrom(variables);
  await secrets.store(SECRET, JSON.stringify(variables));
}
