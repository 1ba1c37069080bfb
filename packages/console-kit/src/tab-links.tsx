import classes from './tab-links.module.css'
import { useUrl } from './url.tsx'

export interface TabLink {
  readonly label: string
  readonly href: string
  /** Addresses below `href` are other tabs'. */
  readonly isExact?: boolean
}

/** The parts of one thing, each a page with an address of its own: lines for the thing, pills for a part of a part. */
export function TabLinks({
  label,
  links,
  look = 'line',
}: {
  /** What the parts are of, for readers: "Provisioning". */
  readonly label: string
  readonly links: readonly TabLink[]
  readonly look?: 'line' | 'pill'
}) {
  const { pathname } = useUrl()
  return (
    <nav aria-label={label} className={classes.tabs} data-look={look}>
      {links.map(({ label: name, href, isExact = false }) => {
        const isHere = pathname === href || (!isExact && pathname.startsWith(`${href}/`))
        return (
          <a key={href} href={href} className={classes.tab} {...(isHere ? { 'aria-current': 'page' as const } : {})}>
            {name}
          </a>
        )
      })}
    </nav>
  )
}
