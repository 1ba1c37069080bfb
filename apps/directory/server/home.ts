import { page } from '@muster/service-kit/docs-page.ts'
import type { FastifyPluginAsync } from 'fastify'

/** `/`: says what this is and where to go. */
export const homeRoutes: FastifyPluginAsync = async (app) => {
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(
      page({
        title: 'Muster directory',
        styleNonce: reply.cspNonce.style,
        body: `<p>The identity provider: people, groups, enterprise apps, and the provisioning that sends them to other systems by SCIM,
as Microsoft Entra ID's does.</p>
<h2>Sign in</h2>
<p><a href="/auth/login?returnTo=/">Sign in</a> with a user principal name and a password. Global, Application and Cloud Application
Administrators manage apps and provisioning; Reports Readers read the logs. The first start printed the first administrator.</p>
<h2>Use the API</h2>
<p>Graph is at <code>/v1.0</code> and <code>/beta</code>. A client gets its token at
<code>POST /{tenantId}/oauth2/v2.0/token</code> by client credentials. Everything there is: <a href="/docs">/docs</a>,
for machines <a href="/openapi.json">/openapi.json</a>.</p>`,
      }),
    ),
  )
}
