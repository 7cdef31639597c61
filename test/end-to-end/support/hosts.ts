/** A hostname of the story. */
export interface Host {
  readonly hostname: string;
  readonly originHostname: string;
  readonly binding: string;
}

export const SHOP: Host = {
  hostname: "shop.example.com",
  originHostname: "origin-shop.example.net",
  binding: "PULL_CERT_SHOP",
};
export const BLOG: Host = {
  hostname: "blog.example.com",
  originHostname: "origin-blog.example.net",
  binding: "PULL_CERT_BLOG",
};
