import { Drawer, type DrawerProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { staysToKeep } from './leave-guard.ts'

/**
 * A panel from the right, over the page that it belongs to. It should have an address of its own; Escape closes it and
 * the focus goes back to where it was.
 */
export function SidePanel({
  title,
  onClose,
  isOpen = true,
  size = 520,
  children,
}: {
  readonly title: ReactNode
  readonly onClose: () => void
  readonly isOpen?: boolean
  readonly size?: DrawerProps['size']
  readonly children: ReactNode
}) {
  return (
    <Drawer
      opened={isOpen}
      onClose={() => {
        if (!staysToKeep()) onClose()
      }}
      position="right"
      size={size}
      title={title}
      overlayProps={{ backgroundOpacity: 0.35 }}
    >
      {children}
    </Drawer>
  )
}
