import {
  ActionIcon,
  AppShell,
  Avatar,
  Burger,
  Button,
  Divider,
  Group,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import {
  IconDeviceDesktop,
  IconHelp,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSelector,
  IconSun,
} from '@tabler/icons-react'
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import classes from './frame.module.css'
import { CRUMBS_PLACE } from './page.tsx'
import type { PaletteEntry, PaletteSearch } from './palette.tsx'
import { useUrl } from './url.tsx'

type Icon = ComponentType<{ readonly size?: number; readonly stroke?: number }>

export interface FrameLink {
  readonly label: string
  readonly href: string
  readonly icon: Icon
  /** Addresses below `href` belong to it, unless it is the home. */
  readonly isExact?: boolean
}

export interface FrameSection {
  readonly title?: string
  readonly links: readonly FrameLink[]
}

export interface FrameProps {
  /** "Muster portal". */
  readonly product: string
  /** Whose it is: the workspace or the tenant. */
  readonly place: string
  readonly mark: ReactNode
  readonly sections: readonly FrameSection[]
  readonly account: { readonly name: string; readonly detail: string }
  /** Behind the avatar, above the look and signing out. */
  readonly accountLinks?: readonly FrameLink[]
  readonly onSignOut: () => void
  /** Pages beside those of the sections, and deeds, for the palette. */
  readonly commands?: readonly PaletteEntry[]
  readonly search?: PaletteSearch
  readonly helpHref: string
  readonly children: ReactNode
}

const Palette = lazy(() => import('./palette.tsx'))

/** What stands around every page: sections left, the account below them, where one is and the search on top. */
export function Frame(props: FrameProps) {
  const { product, place, mark, sections, account, accountLinks = [], onSignOut, commands = [], search } = props
  const { pathname } = useUrl()
  const [isMenuOpen, menu] = useDisclosure(false)
  const [hasPalette, setHasPalette] = useState(false)
  const [opens, setOpens] = useState(0)
  const openPalette = () => {
    setHasPalette(true)
    setOpens((times) => times + 1)
  }
  useHotkeys([['mod+K', openPalette]], [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drawer that covers the page closes when the page changes.
  useEffect(() => menu.close(), [pathname])
  const links = [...sections.flatMap(({ links: own }) => own), ...accountLinks]
  return (
    <AppShell
      layout="alt"
      header={{ height: 48 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !isMenuOpen } }}
      padding={{ base: 16, sm: 24 }}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Navbar className={classes.navbar}>
        <Group gap={10} wrap="nowrap" className={classes.brand}>
          <span className={classes.mark} aria-hidden>
            {mark}
          </span>
          <div className={classes.names}>
            <Text size="sm" fw={600} lh="18px" truncate>
              {product}
            </Text>
            <Text size="xs" c="dimmed" lh="16px" truncate title={place}>
              {place}
            </Text>
          </div>
          <Burger opened={isMenuOpen} onClick={menu.close} hiddenFrom="md" size="sm" aria-label="Close the menu" />
        </Group>
        <AppShell.Section grow component={ScrollArea} className={classes.sections}>
          <nav aria-label="Sections">
            {sections.map(({ title, links: own }, index) => (
              <div key={title ?? index} className={classes.section}>
                {title !== undefined && <p className={classes.sectionTitle}>{title}</p>}
                {own.map((link) => (
                  <SectionLink key={link.href} link={link} pathname={pathname} />
                ))}
              </div>
            ))}
          </nav>
        </AppShell.Section>
        <AccountMenu account={account} links={accountLinks} onSignOut={onSignOut} />
      </AppShell.Navbar>
      <AppShell.Header className={classes.header}>
        <Burger opened={isMenuOpen} onClick={menu.toggle} hiddenFrom="md" size="sm" aria-label="Open the menu" />
        <div id={CRUMBS_PLACE} className={classes.crumbs} />
        <Button
          variant="default"
          size="xs"
          className={classes.search}
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={<Kbd size="xs">{IS_APPLE ? '⌘ K' : 'Ctrl K'}</Kbd>}
          onClick={openPalette}
          aria-keyshortcuts="Control+K Meta+K"
        >
          Search
        </Button>
        <Tooltip label="API reference">
          <ActionIcon
            component="a"
            href={props.helpHref}
            variant="subtle"
            color="gray"
            aria-label="Help: API reference"
          >
            <IconHelp size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </AppShell.Header>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        {props.children}
      </AppShell.Main>
      {hasPalette && (
        <Suspense>
          <Palette
            opens={opens}
            entries={[...links.map(({ label, href }) => ({ label, href, group: 'Go to' })), ...commands]}
            search={search}
          />
        </Suspense>
      )}
    </AppShell>
  )
}

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent)

function SectionLink({ link, pathname }: { readonly link: FrameLink; readonly pathname: string }) {
  const { label, href, icon: LinkIcon, isExact = false } = link
  const isHere = pathname === href || (!isExact && pathname.startsWith(`${href}/`))
  return (
    <NavLink
      component="a"
      href={href}
      label={label}
      leftSection={<LinkIcon size={16} stroke={1.6} />}
      active={isHere}
      className={classes.link ?? ''}
      {...(isHere ? { 'aria-current': 'page' as const } : {})}
    />
  )
}

const SCHEMES = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

function AccountMenu({
  account,
  links,
  onSignOut,
}: {
  readonly account: FrameProps['account']
  readonly links: readonly FrameLink[]
  readonly onSignOut: () => void
}) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="top-start" width={216} offset={4} withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Avatar size={28} radius="xl" color="accent" name={account.name} aria-hidden />
          <span className={classes.names}>
            <Text size="sm" fw={500} lh="18px" truncate component="span" display="block">
              {account.name}
            </Text>
            <Text size="xs" c="dimmed" lh="16px" truncate component="span" display="block">
              {account.detail}
            </Text>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {links.map(({ label, href, icon: LinkIcon }) => (
          <Menu.Item key={href} component="a" href={href} leftSection={<LinkIcon size={16} stroke={1.6} />}>
            {label}
          </Menu.Item>
        ))}
        {links.length > 0 && <Menu.Divider />}
        <Menu.Label>Look</Menu.Label>
        {SCHEMES.map(({ value, label, icon: SchemeIcon }) => (
          <Menu.Item
            key={value}
            leftSection={<SchemeIcon size={16} stroke={1.6} aria-hidden />}
            onClick={() => setColorScheme(value)}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            rightSection={colorScheme === value ? '✓' : null}
          >
            {label}
          </Menu.Item>
        ))}
        <Divider my={4} />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />} onClick={onSignOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
