import type { Brand } from '@muster/service-kit/plain-page.ts'

/** The directory on pages without a script: name, mark and accent as in its console. */
export const BRAND: Brand = {
  name: 'Muster directory',
  mark: '<rect width="28" height="28" rx="6" fill="#0b6e67"/><circle cx="14" cy="8.5" r="2.5" fill="none" stroke="#fff" stroke-width="2"/><circle cx="8" cy="19.5" r="2.5" fill="none" stroke="#fff" stroke-width="2"/><circle cx="20" cy="19.5" r="2.5" fill="none" stroke="#fff" stroke-width="2"/><path d="M14 11v3M14 14l-4 3.5M14 14l4 3.5" fill="none" stroke="#fff" stroke-width="2"/>',
  accent: {
    fill: '#0b6e67',
    hover: 'light-dark(#0a5f59, #17837b)',
    text: 'light-dark(#0a5f59, #74c1ba)',
    ring: 'light-dark(#0b6e67, #52b3aa)',
  },
}
