import { Button, Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import { type Named, NamedForm } from '../named-form.tsx'
import { counted } from '../users/user-words.ts'
import { changeTeam, deleteTeam, membersOf, readTeam, refreshTeams, type TeamView } from './team-queries.ts'

const namedOf = ({ metadata: { name, description } }: TeamView): Named => ({ name, description: description ?? '' })

/** What a team kept by hand is called and said to be for, and its end. */
export function EditTeamPanel({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }) {
  const { teamTag } = team
  const [isDeleting, setDeleting] = useState(false)
  return (
    <SidePanel title="Edit team" onClose={onClose}>
      <NamedForm
        draft={`team-${team.id}`}
        loaded={namedOf(team)}
        hint="What the team is for. The identifier never changes."
        read={async () => namedOf(await readTeam(teamTag))}
        write={async (metadata) => (await changeTeam(teamTag, { metadata })).metadata.name}
        onSaved={() => {
          void refreshTeams()
          onClose()
        }}
        summary={
          <Button variant="subtle" color="red" onClick={() => setDeleting(true)}>
            Delete team
          </Button>
        }
      />
      {isDeleting && <DeleteTeam team={team} onClose={() => setDeleting(false)} />}
    </SidePanel>
  )
}

function DeleteTeam({ team, onClose }: { readonly team: TeamView; readonly onClose: () => void }) {
  const { go } = useUrl()
  const { teamTag, metadata } = team
  const members = membersOf(team)
  return (
    <DangerDialog
      title={`Delete the team “${metadata.name}”?`}
      verb="Delete team"
      typed={teamTag}
      onClose={onClose}
      onConfirm={async () => {
        await deleteTeam(teamTag)
        toldDone(`${metadata.name} was deleted`)
        go('/teams')
        await refreshTeams()
      }}
    >
      <Text size="sm">Nothing brings it back. What is lost at once:</Text>
      <Losses
        items={[
          {
            what: counted(members.length, 'place in the team', 'places in the team'),
            names: members
              .slice(0, 5)
              .map(({ name }) => name)
              .join(', '),
          },
          { what: 'What its members may do through its roles' },
        ]}
      />
    </DangerDialog>
  )
}
