// A Worker that asks a partner's API with the certificate of an mtls_certificates binding, and knows nothing of pullproof.
interface Env {
  PARTNER: Fetcher;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const answer = await env.PARTNER.fetch(`https://api.partner.example${pathname}`);
    return new Response(answer.body, { status: answer.status });
  },
} satisfies ExportedHandler<Env>;
