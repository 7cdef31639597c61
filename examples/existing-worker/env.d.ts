// What `npx wrangler types --include-runtime=false` writes.
interface Env {
  PULL_CERT_SHOP: Fetcher;
}
