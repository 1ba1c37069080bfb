import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'

/** One accent a console, so that nobody takes one for the other. Shades 7 and 8 carry white text at AA. */
const ACCENTS: Readonly<Record<ConsoleName, MantineColorsTuple>> = {
  portal: [
    '#eef1ff',
    '#dde3fb',
    '#b8c3f3',
    '#91a1ec',
    '#8595ee',
    '#5a70e2',
    '#4a60dd',
    '#3f53c6',
    '#3548ad',
    '#2a3a8f',
  ],
  directory: [
    '#e6f6f4',
    '#cfeae7',
    '#a3d6d1',
    '#74c1ba',
    '#52b3aa',
    '#2f9f97',
    '#17837b',
    '#0b6e67',
    '#0a5f59',
    '#074a45',
  ],
}

/** Dialogs and panels: their `<header>` must not pass for the page's own. */
const OVER_THE_PAGE = { closeButtonProps: { 'aria-label': 'Close' }, attributes: { header: { role: 'none' } } }

export type ConsoleName = 'portal' | 'directory'

/** The one set of tokens: 4 px grid, Inter, radius 6, borders before shadows. Both consoles differ in accent alone. */
export function consoleTheme(name: ConsoleName): MantineThemeOverride {
  return createTheme({
    colors: { accent: ACCENTS[name] },
    primaryColor: 'accent',
    primaryShade: { light: 7, dark: 8 },
    fontFamily: "'Inter Variable', system-ui, sans-serif",
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
    headings: {
      fontWeight: '600',
      sizes: {
        h1: { fontSize: '20px', lineHeight: '28px' },
        h2: { fontSize: '16px', lineHeight: '24px' },
        h3: { fontSize: '14px', lineHeight: '20px' },
      },
    },
    // Under `sm` tables are cards, under `md` the sidebar is a drawer: 600 and 900 px.
    breakpoints: { xs: '30em', sm: '37.5em', md: '56.25em', lg: '75em', xl: '88em' },
    spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
    radius: { xs: '2px', sm: '4px', md: '6px', lg: '6px', xl: '6px' },
    defaultRadius: 'md',
    respectReducedMotion: true,
    cursorType: 'pointer',
    components: {
      // Mantine writes help and errors in 11 px, which is smaller than anything else here.
      InputWrapper: {
        vars: () => ({ description: { '--input-description-size': '12px' }, error: { '--input-error-size': '12px' } }),
      },
      Button: { defaultProps: { size: 'sm' } },
      Modal: { defaultProps: { ...OVER_THE_PAGE, centered: true } },
      Drawer: { defaultProps: OVER_THE_PAGE },
      Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
      Tooltip: { defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    },
  })
}

/** Colours with a meaning, and greys that Mantine ships too pale for AA. */
export const consoleVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#596068',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-error': '#c0272d',
    '--kit-surface': '#f7f8f9',
    '--kit-border': '#e1e4e8',
    '--kit-good': '#1a7f42',
    '--kit-warn': '#8f5a00',
    '--kit-bad': '#c0272d',
    '--kit-idle': '#6a7178',
    '--kit-accent-soft': 'var(--mantine-color-accent-0)',
    '--kit-accent-text': 'var(--mantine-color-accent-8)',
  },
  dark: {
    '--mantine-color-body': '#17191c',
    '--mantine-color-dimmed': '#a3a9b1',
    '--mantine-color-placeholder': '#8d949c',
    '--mantine-color-error': '#ff8a87',
    '--kit-surface': '#1e2125',
    '--kit-border': '#33373d',
    '--kit-good': '#56d68a',
    '--kit-warn': '#f0b354',
    '--kit-bad': '#ff8a87',
    '--kit-idle': '#8d949c',
    '--kit-accent-soft': 'rgba(255, 255, 255, 0.07)',
    '--kit-accent-text': 'var(--mantine-color-accent-3)',
  },
})
