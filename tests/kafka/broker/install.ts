// Where the jars of Kafka and ZooKeeper come from: Maven copies what a descriptor beside this file names, once, into a cache of the checkout
// (node_modules/.cache/millrace), keyed by the descriptor's text. Nothing is installed outside of it but Maven's own repository.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** The checkout: this file runs from the sources and from dist/. */
function checkout(): string {
  let directory = __dirname;
  while (!existsSync(path.join(directory, 'package.json'))) directory = path.dirname(directory);
  return directory;
}
const DESCRIPTORS = { kafka: 'pom.xml', zookeeper: 'zookeeper.pom.xml' } as const;
const SWITCH = 'MILLRACE_TESTS_WITHOUT_KAFKA';
/** What to install. */
export const ADVICE = `The tests with Kafka run real brokers and need Java 17 or newer (java, keytool) and Maven (mvn), on Debian and Ubuntu \
"apt-get install openjdk-17-jdk-headless maven". ${SWITCH}=1 leaves these tests out.`;

const javaHome = process.env['JAVA_HOME'];
export const javaCommand = (name: 'java' | 'keytool'): string => javaHome === undefined || javaHome === '' ? name : path.join(javaHome, 'bin', name);

/** Runs a command to its end. @throws with its output, or with what to install */
export function runCommand(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error) throw new Error(`${command} cannot be run (${error.message}). ${ADVICE}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The directory of a server's jars (`libs/`) and of what can be kept between runs; installs it when it is not there.
 *  @throws an error that says what to install, where Java or Maven are missing */
export function install(server: keyof typeof DESCRIPTORS): string {
  const root = checkout();
  const descriptor = path.join(root, 'tests', 'kafka', 'broker', DESCRIPTORS[server]);
  const cache = path.join(root, 'node_modules', '.cache', 'millrace');
  const home = path.join(cache, `${server}-${createHash('sha256').update(readFileSync(descriptor)).digest('hex').slice(0, 12)}`);
  if (existsSync(home)) return home;
  const version = runCommand(javaCommand('java'), ['--version']);
  if (Number(/^\S+ (\d+)/.exec(version)?.[1]) < 17) throw new Error(`This is ${version.split('\n')[0]}. ${ADVICE}`);
  mkdirSync(cache, { recursive: true });
  // Made aside and moved: half an installation is never seen, and of two processes one wins.
  const aside = mkdtempSync(path.join(cache, 'new-'));
  runCommand('mvn', ['-q', '-B', '-f', descriptor, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${path.join(aside, 'libs')}`]);
  try { renameSync(aside, home); } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}
