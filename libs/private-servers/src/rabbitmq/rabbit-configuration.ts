import { consumerTimeoutMs } from '@sluice/contracts';

/**
 * What Erlang's applications are told, as a file for `erl -config` (its name without `.config`). In RabbitMQ's own format,
 * rabbitmq.conf, each boot would first read the schemas of all plugins and evaluate them: a second and more.
 */
export const rabbitConfigurationName = 'sluice';

/** Relative to the folder the node is started in: paths may hold characters that shells and Erlang each write in their own way. */
export const definitionsName = 'definitions.json';

const settings: Readonly<Record<string, readonly string[]>> = {
  rabbit: [
    `{load_definitions, "${definitionsName}"}`,
    `{consumer_timeout, ${consumerTimeoutMs}}`,
    // Below this the broker blocks publishers, and callers get 503; the object store stops earlier.
    `{disk_free_limit, ${200 * 1000 ** 2}}`,
    // By default the node starts a shell and `ps` every 2.5 s to learn its own size: twice the CPU of all it does when idle.
    `{vm_memory_calculation_strategy, allocated}`,
    // Through the launcher's log file, which is bounded as all are.
    `{log, [{file, [{file, false}]}, {console, [{enabled, true}, {level, info}]}]}`,
  ],
  // It tells other nodes ten times a second that this one lives. There are none.
  aten: ['{heartbeat_interval, 60000}'],
};

export function rabbitConfiguration(): string {
  const applications = Object.entries(settings).map(
    ([name, values]) => ` {${name}, [\n  ${values.join(',\n  ')}\n ]}`,
  );
  return `[\n${applications.join(',\n')}\n].\n`;
}

/**
 * Evaluated once the node runs. Without blanks: on the way through RabbitMQ's start script they divide arguments.
 *
 * - Once a minute RabbitMQ starts a second Erlang, 0.3 s of CPU, to see that there is a port mapper. Ours is supervised, and
 *   Erlang itself registers the node again when it comes back.
 * - Free space is learned from a `df`, a process each time. How soon follows from how much there is at 250 MB/s, by half; a
 *   minute is the longest, 10 s by default.
 */
export const afterBoot = [
  'catch(supervisor:terminate_child(rabbit_sup,rabbit_epmd_monitor_sup))',
  'catch(rabbit_disk_monitor:set_max_check_interval(60000)).',
].join();
