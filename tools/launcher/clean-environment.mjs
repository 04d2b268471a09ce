/**
 * Variables of the shell that change what Node, npm or a library of ours does, without anybody having asked Sluice for it.
 * Plain Node without dependencies: it runs before any package is there.
 */
const kept = new Set(['NODE_EXTRA_CA_CERTS', 'npm_lifecycle_event', 'npm_execpath', 'npm_node_execpath']);
/** Where the packages come from, and through what: the network is the user's. */
const keptOfNpm =
  /^npm_config_(\w*registry|\w*proxy|ca|cafile|cert|key|cache|userconfig|globalconfig|strict_ssl|\/\/.+)$/i;
const ambient = [
  /^NODE_/,
  /^npm_/i,
  // libpq's, which the `pg` package reads for everything an address leaves out.
  /^PG[A-Z]+$/,
  /^(RABBITMQ|ERL|ERLANG)_/,
  /^(NX|VITE|JEST|SWC|SWCRC|TS_NODE|BABEL|BROWSERSLIST|TYPEORM|UNDICI)_?/,
  /^(DEBUG|ESLINT_USE_FLAT_CONFIG|TIMING|PRETTIER_DEBUG|OPENSSL_CONF|SSLKEYLOGFILE)$/,
];

/** `env` without them. */
export function cleanEnvironment(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isAmbient(name)));
}

/** The same for this process, whose children and libraries then see none. */
export function cleanOwnEnvironment() {
  for (const name of Object.keys(process.env)) if (isAmbient(name)) Reflect.deleteProperty(process.env, name);
}

const isAmbient = (name) =>
  !kept.has(name) && !keptOfNpm.test(name) && ambient.some((pattern) => pattern.test(name));
