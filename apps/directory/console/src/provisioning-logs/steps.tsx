import { Text } from '@mantine/core'
import { Status } from '@muster/console-kit/status.tsx'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { RESULTS, STEPS } from './log-words.ts'
import classes from './steps.module.css'

/** How the engine went, step by step; a step that failed stands open. */
export function Steps({ steps }: { readonly steps: ProvisioningLogView['provisioningSteps'] }) {
  return (
    <ol className={classes.steps}>
      {steps.map((step, index) => {
        const { name, provisioningStepType, status, description, details } = step
        const { word, tone } = RESULTS[status]
        const facts = Object.entries(details).filter(([, value]) => value !== '')
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of an entry never change.
          <li key={index} className={classes.step}>
            <div className={classes.head}>
              <Text fw={500} size="sm" component="h3" m={0}>
                {index + 1}. {STEPS[provisioningStepType]}
              </Text>
              <Status tone={tone}>{word}</Status>
            </div>
            <Text size="sm" className={classes.text}>
              {description}
            </Text>
            {facts.length > 0 && (
              <details open={status === 'failure'}>
                <summary className={classes.more}>
                  Details <span className={classes.name}>{name}</span>
                </summary>
                <dl className={classes.facts}>
                  {facts.map(([key, value]) => (
                    <div key={key}>
                      <dt>{key}</dt>
                      <dd>{value}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            )}
          </li>
        )
      })}
    </ol>
  )
}
