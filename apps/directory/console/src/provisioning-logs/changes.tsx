import { Table, Text } from '@mantine/core'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import classes from './changes.module.css'

/** What the target held and holds now, property by property. */
export function Changes({ entry }: { readonly entry: ProvisioningLogView }) {
  const { modifiedProperties, provisioningStatusInfo } = entry
  if (modifiedProperties.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {provisioningStatusInfo.status === 'failure'
          ? 'Nothing was changed in the target system, as far as is known.'
          : 'Nothing was changed in the target system.'}
      </Text>
    )
  return (
    <Table className={classes.changes ?? ''} layout="fixed">
      <thead>
        <tr>
          <th scope="col">Property</th>
          <th scope="col">Old value</th>
          <th scope="col">New value</th>
        </tr>
      </thead>
      <tbody>
        {modifiedProperties.map(({ displayName, oldValue, newValue }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the changes of an entry never change, and names may repeat.
          <tr key={index}>
            <th scope="row">{displayName}</th>
            <td data-title="Old value">
              {oldValue === null ? <None /> : <del className={classes.old}>{oldValue}</del>}
            </td>
            <td data-title="New value">
              {newValue === null ? <None /> : <ins className={classes.new}>{newValue}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

const None = () => (
  <Text span size="sm" c="dimmed">
    none
  </Text>
)
