import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import classes from './fold.module.css'

/** A part that opens when its title is pressed. What it holds is said beside the title: "2 of 6". */
export function Fold({
  title,
  detail,
  isOpenAtFirst = false,
  children,
}: {
  readonly title: string
  readonly detail?: string
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const id = useId()
  return (
    <div className={classes.fold}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight size={16} aria-hidden className={classes.mark} />
        <span className={classes.title}>{title}</span>
        {detail !== undefined && <span className={classes.detail}>{detail}</span>}
      </UnstyledButton>
      <div id={id} hidden={!isOpen} className={classes.body}>
        {isOpen && children}
      </div>
    </div>
  )
}
