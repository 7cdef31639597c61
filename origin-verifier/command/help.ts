import { LIMIT_NAMES } from "../limits.ts";
import { RUN_DEFAULTS } from "./run-options.ts";

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
  --profile NAME          which algorithms are taken, in the handshake and of certificates: standard (default), modern (TLS
                          1.3 alone), fips-approved (a choice of algorithms, and no FIPS mode) or post-quantum (ML-DSA and
                          X25519MLKEM768 alone); each is listed in docs/concepts/profiles.md
  --client-cert-header WHICH
                          what the application gets of the pull certificate itself (RFC 9440): off (default), leaf
                          (Client-Cert) or chain (and Client-Cert-Chain): 1 to 2 kB of header for each certificate
  --proxy-protocol VERSION
                          what each connection to the application begins with: off (default), or v2, a PROXY protocol
                          header with the peer's address and TLS; the application must be told to expect it
  --balancer ADDRESS      a balancer in front, or a range of them (10.0.0.0/8); may be given again. Each connection from there
                          must begin with a PROXY protocol header, version 2, whose address is then the peer's; from
                          nobody else is such a header read
  --reader WHICH          who reads pulls: fast (default), a reader of ours for ordinary ones, which hands all others over to
                          Node's parser; or node, Node's parser for all, as with --proxy-protocol, at several times the CPU
  --workers N             this many processes accept pulls, at one address: a process for each core; default 1. Limits, and
                          how many refusals the log tells of, are each process's own; the admin listener answers for all
  --config FILE           a file in place of the flags: each origin hostname with its own certificate, key, application;
                          the flags are named there as "adminTokenFile" is, --admin-host is "adminHosts", --balancer "balancers";
                          and "limits": { ${LIMIT_NAMES.slice(0, 4).join(", ")},
                          ${LIMIT_NAMES.slice(4).join(", ")} }, whole numbers
  --version, --help

and, beside --config too:
  --no-watch              reload on SIGHUP alone, and not when a file has changed
  --watch-poll SECONDS    how often the files are looked at where their changes are not told; default ${RUN_DEFAULTS.poll}
  --drain-delay SECONDS   from SIGTERM to the end of accepting, while /readyz says no; default ${RUN_DEFAULTS.drainDelay}; 5 in Kubernetes
  --drain-deadline SECONDS
                          from then on: what is in flight may take so long; default ${RUN_DEFAULTS.drainDeadline}
  --log-format FORMAT     json, or pretty; default: pretty on a terminal (NO_COLOR is heeded), json elsewhere
  --log-accepted          one log line for each accepted pull, too

SIGHUP, or a changed file, builds a whole new trust and swaps it in; anything wrong, and the old one stays. Reloaded are the
mapping and what it names, certificates and keys, the admin token's file and, of the configuration file, "mapping",
"origins" and "adminTokenFile"; the rest of it needs a restart.
SIGTERM and SIGINT stop accepting, let what is in flight be answered, and exit; a second one ends at once.

stdout is the log. Exit codes: 0 stopped as asked; 1 refused to start (stderr says why); 2 wrong usage; 3 stopped itself,
since its own listener was not safe any more (stdout says why); 4 stopped, and the deadline cut something off.
`;
