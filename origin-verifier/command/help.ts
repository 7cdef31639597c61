import { LIMIT_NAMES } from "../limits.ts";

/** What `origin-verifier --help` prints. */
export const HELP = `origin-verifier: accepts exactly the pulls that the mapping names, and refuses everything else

  origin-verifier --mapping mapping.json --certificate origin.pem --key origin.key --application http://127.0.0.1:3000
  origin-verifier --config origin-verifier.json

  --mapping FILE          the mapping of hostnames to certificates
  --certificate FILE      the origin certificate (PEM, the leaf first): serves the origin hostnames that it covers
  --key FILE              its private key (PEM)
  --application ADDRESS   where accepted pulls go: http://127.0.0.1:3000 or unix:/run/application.sock
  --listen ADDRESS        where pulls are accepted; default 127.0.0.1:8443
  --admin ADDRESS         the console, /metrics, /status, /livez and /readyz; default: nowhere
  --admin-token-file FILE the token that the first three of them ask for (or PULLPROOF_ADMIN_TOKEN in the environment):
                          needed where ADDRESS can be reached from another machine
  --admin-host NAME       a name under which they are asked for, beside localhost; needs a token, may be given again
  --refuse POLICY         what strangers get: silence (default), status or always-silent
  --tls PROFILE           standard (default: TLS 1.2 and 1.3), tls-1.3 (that alone), or approved (both, with the
                          algorithms that FIPS publications approve: a choice of algorithms, and no FIPS mode)
  --config FILE           a file in place of the flags: each origin hostname with its own certificate, key, application;
                          the admin listener's flags are "admin", "adminTokenFile" and "adminHosts" there;
                          and "limits": { ${LIMIT_NAMES.slice(0, 4).join(", ")},
                          ${LIMIT_NAMES.slice(4).join(", ")} }, whole numbers
  --log-accepted          one log line for each accepted pull, too
  --version, --help

SIGHUP builds a whole new trust from the files and swaps it in; anything wrong, and the old one stays.
SIGTERM and SIGINT stop accepting, let what is in flight end, and exit.

stdout is one JSON object a line. Exit codes: 0 stopped as asked; 1 refused to start (stderr says why); 2 wrong usage;
3 stopped itself, since its own listener was not safe any more (stdout says why).
`;
