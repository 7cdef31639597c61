/** The same with a deadline for the origin's answer: without one, a visitor waits for as long as an origin that hangs. */
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    url.protocol = "https:";
    url.host = "origin-shop.example.net";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 30_000);
    try {
      const { signal } = stop;
      return await env.PULL_CERT_SHOP.fetch(new Request(url, request), {
        redirect: "manual",
        signal,
      });
    } finally {
      clearTimeout(timer);
    }
  },
};
