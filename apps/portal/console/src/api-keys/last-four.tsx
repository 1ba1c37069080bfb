import { Code } from '@mantine/core'

/** All that is kept of a secret to recognise it by. */
export function LastFour({ last4 }: { readonly last4: string }) {
  return (
    <Code>
      <span aria-hidden>••••</span>
      <span>{last4}</span>
    </Code>
  )
}
