import type { Brand } from '@muster/service-kit/plain-page.ts'

/** The portal on pages without a script: name, mark and accent as in its console. */
export const BRAND: Brand = {
  name: 'Muster portal',
  mark: '<rect width="28" height="28" rx="6" fill="#3f53c6"/><path d="M8 20.5v-13h4v13M20 7.5v13h-4v-13" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/><path d="M12 14h4" stroke="#fff" stroke-width="2"/>',
  accent: {
    fill: '#3f53c6',
    hover: 'light-dark(#3548ad, #4a60dd)',
    text: 'light-dark(#3548ad, #91a1ec)',
    ring: 'light-dark(#3f53c6, #8595ee)',
  },
}
