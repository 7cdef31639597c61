/** The least that a Worker can do: what comes goes on to the origin, and its answer back. */
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    url.protocol = "https:";
    url.host = "origin-shop.example.net";
    return await env.PULL_CERT_SHOP.fetch(new Request(url, request), { redirect: "manual" });
  },
};
