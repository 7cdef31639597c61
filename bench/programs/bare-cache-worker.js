/** The same with a look into the cache before it, and a copy into it where the answer says so. */
export default {
  async fetch(request, env, context) {
    const hit = await caches.default.match(request.url);
    if (hit !== undefined) return hit;
    const url = new URL(request.url);
    url.protocol = "https:";
    url.host = "origin-shop.example.net";
    const answer = await env.PULL_CERT_SHOP.fetch(new Request(url, request), {
      redirect: "manual",
    });
    if (answer.headers.get("Cache-Control")?.includes("max-age"))
      context.waitUntil(caches.default.put(request.url, answer.clone()));
    return answer;
  },
};
