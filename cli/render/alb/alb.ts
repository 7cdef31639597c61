import type { Problem } from "../../../shared/problem.ts";
import { documents } from "../documents.ts";
import type { OriginFacts, RenderFacts } from "../facts.ts";
import { pemOf } from "../pem-of.ts";
import { rendered, type Rendering, type Shortcoming, type Target } from "../rendering.ts";
import { anyOfIssuer, noReportMode, untriedOf } from "../unmeasured.ts";

/** AWS Application Load Balancer: a trust store, and a listener that verifies. */
export const ALB: Target = {
  name: "alb",
  about: "AWS ALB: trust store bundle and CloudFormation (not run by our tests)",
  isMeasured: false,
  handling: {
    use: "put trust-store.pem into an S3 bucket, then the stack alb.yaml, with the parameters that it names.",
    check: "aws cloudformation validate-template --template-body file://alb.yaml",
    reload: "aws elbv2 modify-trust-store with the new bundle; open connections go on",
  },
  shortcomings: () => SHORTCOMINGS,
  get untried() {
    return untriedOf(SHORTCOMINGS, WRITTEN);
  },
  render,
};

const SHORTCOMINGS: readonly Shortcoming[] = [
  {
    promises: ["P12", "P13", "P19"],
    why: "A trust store knows issuers alone, and a listener has one: every certificate of the issuer pulls, from every hostname of the listener.",
  },
  {
    promises: ["P8", "P9", "P10"],
    why: "What a certificate must be is the load balancer's own affair.",
  },
  {
    promises: ["P1", "P2", "P6", "P20", "P21", "P22", "P23"],
    why: "Sessions, suites and live connections are the load balancer's own affair.",
  },
  {
    promises: ["P29", "P32"],
    why: "Refusals are the load balancer's own: no id. The connection log has the reason.",
  },
  {
    promises: ["P40"],
    why: "Rules look at Host, and at no SNI: the application must refuse every Host but its own.",
  },
  {
    promises: ["P50", "P51"],
    why: "It removes no headers but its own X-Amzn-Mtls-Clientcert-*, in which it tells of the certificate (URL-encoded PEM, not RFC 9440): the application must believe nothing else.",
  },
  {
    promises: ["P7"],
    why: "Whoever names nobody's name is shown the listener's own certificate.",
  },
  { promises: ["P33"], why: "Its logs are its own, in S3." },
  { promises: ["P56"], why: "Host reaches the application as it came." },
  { promises: ["P63"], why: "An open WebSocket is judged once, in its handshake." },
  { promises: ["P64"], why: "Nothing is taken from the application's answers." },
  {
    promises: ["P65"],
    why: "X-Forwarded-Host reaches the application as a visitor wrote it: it must not be believed.",
  },
  {
    promises: ["P70", "P71", "P72", "P73"],
    why: "Report mode is not rendered: nothing would end it.",
  },
];

/** What is written for the other promises, by their numbers. */
const WRITTEN: Readonly<Record<string, string>> = {
  P11: "Expired certificates are not let through.",
  P16: "The trust store holds the issuer, and no other.",
  P17: "The issuer's list goes into the trust store, where the mapping names one.",
};

function render(facts: RenderFacts): Rendering {
  const problems = [
    ...noReportMode(facts, "ALB"),
    ...anyOfIssuer(facts, "ALB"),
    ...oneIssuer(facts),
  ];
  return rendered(problems, () => {
    const [{ issuer }] = facts.origins;
    return [
      { name: "alb.yaml", text: documents(ALB, facts, [template(facts)]) },
      { name: "trust-store.pem", text: issuer.ders.map(pemOf).join("") },
    ];
  });
}

const ref = (name: string): object => ({ Ref: name });

function template({ listen, origins }: RenderFacts): object {
  const parameters = ["LoadBalancerArn", "OriginCertificateArn", "TargetGroupArn", "Bucket"];
  const [{ issuer }] = origins;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Pulls alone, by the mapping of pullproof.",
    Parameters: Object.fromEntries(parameters.map((name) => [name, { Type: "String" }])),
    Resources: {
      TrustStore: {
        Type: "AWS::ElasticLoadBalancingV2::TrustStore",
        Properties: {
          Name: "pullproof",
          CaCertificatesBundleS3Bucket: ref("Bucket"),
          CaCertificatesBundleS3Key: "trust-store.pem",
        },
      },
      ...(issuer.crl === null
        ? {}
        : {
            Revocations: {
              Type: "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
              Properties: {
                TrustStoreArn: ref("TrustStore"),
                RevocationContents: [
                  { RevocationType: "CRL", S3Bucket: ref("Bucket"), S3Key: "issuer.crl" },
                ],
              },
            },
          }),
      Listener: {
        Type: "AWS::ElasticLoadBalancingV2::Listener",
        Properties: {
          LoadBalancerArn: ref("LoadBalancerArn"),
          Port: listen.port,
          Protocol: "HTTPS",
          SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
          Certificates: [{ CertificateArn: ref("OriginCertificateArn") }],
          MutualAuthentication: {
            Mode: "verify",
            TrustStoreArn: ref("TrustStore"),
            IgnoreClientCertificateExpiry: false,
            AdvertiseTrustStoreCaNames: "off",
          },
          DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "421" } }],
        },
      },
      ...Object.fromEntries(origins.map(listenerRule)),
    },
  };
}

function listenerRule({ originHostname }: OriginFacts, at: number): [string, object] {
  return [
    `Rule${at}`,
    {
      Type: "AWS::ElasticLoadBalancingV2::ListenerRule",
      Properties: {
        ListenerArn: ref("Listener"),
        Priority: at + 1,
        Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: [originHostname] } }],
        Actions: [{ Type: "forward", TargetGroupArn: ref("TargetGroupArn") }],
      },
    },
  ];
}

/** One listener has one trust store: entries of two issuers would accept each other's. */
function oneIssuer({ origins }: RenderFacts): readonly Problem[] {
  const [first, ...rest] = origins;
  return rest.flatMap(({ issuer, path }) =>
    issuer.name === first.issuer.name
      ? []
      : [
          {
            path: `${path}.accept.issuer`,
            message: `one listener of ALB has one trust store, and ${first.path} has another issuer: render each by itself, with a --config that serves it alone`,
          },
        ],
  );
}
