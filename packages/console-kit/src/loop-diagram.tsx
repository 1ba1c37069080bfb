import classes from './loop-diagram.module.css'
import type { Tone } from './status.tsx'

export interface LoopEnd {
  readonly name: string
  /** What it is, or how many are there: "212 people came by SCIM". */
  readonly detail: string
}

export interface LoopProps {
  /** Who calls: the directory. */
  readonly from: LoopEnd
  /** Who is called: the portal. */
  readonly to: LoopEnd
  /** Where the calls go: the Tenant URL. */
  readonly address: string
  /** "Last call 4 minutes ago". */
  readonly lastCall: string
  /** How that call went; `idle` while there has been none. */
  readonly tone: Tone
}

/** What fits into a box and over the line, in characters. */
const NAME_FITS = 24
const DETAIL_FITS = 30
const LINE_FITS = 44

/** The connection as a picture: who calls whom, where, and how it went. A reader hears it as one sentence. */
export function LoopDiagram(props: LoopProps) {
  const { from, to, address, lastCall, tone } = props
  const sentence = `${from.name} (${from.detail}) calls ${address} of ${to.name}. ${lastCall}. ${to.detail}.`
  return (
    <>
      <svg
        className={`${classes.loop} ${classes.wide}`}
        data-tone={tone}
        viewBox="0 0 780 72"
        role="img"
        aria-label={sentence}
      >
        <Box x={0.5} y={0.5} width={210} end={from} />
        <path className={classes.way} d="M219 36 H555" />
        <path className={classes.head} d="M562 36 l-10 -5 v10 z" />
        <Line className={classes.address} x={386} y={25} text={address} anchor="middle" />
        <Line className={classes.call} x={386} y={56} text={lastCall} anchor="middle" />
        <Box x={569.5} y={0.5} width={210} end={to} />
      </svg>
      <svg
        className={`${classes.loop} ${classes.tall}`}
        data-tone={tone}
        viewBox="0 0 340 240"
        role="img"
        aria-label={sentence}
      >
        <Box x={0.5} y={0.5} width={339} end={from} />
        <path className={classes.way} d="M24 80 V152" />
        <path className={classes.head} d="M24 160 l-5 -10 h10 z" />
        <Line className={classes.address} x={44} y={114} text={address} anchor="start" />
        <Line className={classes.call} x={44} y={136} text={lastCall} anchor="start" />
        <Box x={0.5} y={168.5} width={339} end={to} />
      </svg>
    </>
  )
}

function Box({
  x,
  y,
  width,
  end: { name, detail },
}: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly end: LoopEnd
}) {
  return (
    <g>
      <rect className={classes.end} x={x} y={y} width={width} height={71} rx={6} />
      <text className={classes.name} x={x + 16} y={y + 31}>
        {fitting(name, NAME_FITS)}
      </text>
      <text className={classes.detail} x={x + 16} y={y + 50}>
        {fitting(detail, DETAIL_FITS)}
      </text>
    </g>
  )
}

function Line({
  className,
  x,
  y,
  text,
  anchor,
}: {
  readonly className: string | undefined
  readonly x: number
  readonly y: number
  readonly text: string
  readonly anchor: 'start' | 'middle'
}) {
  return (
    <text className={className} x={x} y={y} textAnchor={anchor}>
      {fitting(text, LINE_FITS)}
    </text>
  )
}

/** Cut where it tells least: in the middle. By code points, so that no character is halved. */
function fitting(text: string, most: number): string {
  const points = [...text]
  if (points.length <= most) return text
  const tail = Math.floor(most / 3)
  return `${points.slice(0, most - tail - 1).join('')}…${points.slice(-tail).join('')}`
}
