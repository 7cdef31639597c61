/** Whether this is the built package, as it is installed from the registry, and not the repository. */
export const BUILT = !import.meta.filename.endsWith(".ts");

/** How a local twin asks for the local stand-in of `mtls_certificates`: by the package's name, where there is one. */
export const STAND_IN = {
  package: BUILT ? "pullproof/miniflare" : "pullproof-local-mtls",
  name: "local-mtls",
} as const;

/** The same as it is written in TOML. */
export const STAND_IN_TEXT = `{ package = "${STAND_IN.package}", name = "${STAND_IN.name}" }`;
