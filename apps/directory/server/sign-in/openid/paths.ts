/** Entra's paths below `/{tenantId}`, under the names that the library gives its endpoints. */
export const OPENID_PATHS = {
  authorization: '/oauth2/v2.0/authorize',
  token: '/oauth2/v2.0/token',
  jwks: '/discovery/v2.0/keys',
  userinfo: '/oidc/userinfo',
  end_session: '/oauth2/v2.0/logout',
} as const
