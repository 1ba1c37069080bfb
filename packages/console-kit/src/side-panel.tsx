import { Drawer, type DrawerProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFocusBack } from './focus-back.ts'
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
  useFocusBack()
  return (
    <Drawer
      opened={isOpen}
      onClose={() => {
        if (!isCovered() && !staysToKeep()) onClose()
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

/** Escape reaches every dialog at once and is meant for the topmost: what stands over the panel closes alone. */
const isCovered = (): boolean => document.querySelectorAll('[role="dialog"]').length > 1
