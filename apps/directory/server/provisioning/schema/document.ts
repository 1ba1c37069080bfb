/** Graph's synchronizationSchema, as far as a job here uses it (Graph page `synchronization-synchronizationschema`). */
export interface SynchronizationSchema {
  readonly id: string
  readonly version: string
  readonly directories: readonly DirectoryDefinition[]
  readonly synchronizationRules: readonly SynchronizationRule[]
}

export interface DirectoryDefinition {
  readonly id: string
  readonly name: string
  readonly objects: readonly ObjectDefinition[]
}

export interface ObjectDefinition {
  readonly name: string
  readonly attributes: readonly AttributeDefinition[]
}

export interface AttributeDefinition {
  readonly anchor: boolean
  readonly caseExact: boolean
  readonly defaultValue: string | null
  readonly flowNullValues: boolean
  readonly multivalued: boolean
  readonly mutability: 'ReadWrite' | 'ReadOnly' | 'Immutable' | 'WriteOnly'
  readonly name: string
  readonly referencedObjects: readonly { readonly referencedObjectName: string; readonly referencedProperty: string }[]
  readonly required: boolean
  readonly type: 'String' | 'Boolean' | 'Integer' | 'DateTime' | 'Reference' | 'Binary'
}

export interface SynchronizationRule {
  readonly id: string
  readonly name: string
  readonly priority: number
  readonly editable: boolean
  readonly sourceDirectoryName: string
  readonly targetDirectoryName: string
  readonly metadata: readonly { readonly key: string; readonly value: string }[]
  readonly objectMappings: readonly ObjectMapping[]
}

export interface ObjectMapping {
  readonly name: string
  readonly enabled: boolean
  /** Some of `Add, Update, Delete`. */
  readonly flowTypes: string
  readonly sourceObjectName: 'User' | 'Group'
  readonly targetObjectName: string
  readonly scope: null
  readonly attributeMappings: readonly AttributeMapping[]
  readonly metadata: readonly { readonly key: string; readonly value: string }[]
}

export interface AttributeMapping {
  /** Taken on create only, when the source has nothing. */
  readonly defaultValue: string | null
  readonly exportMissingReferences: boolean
  readonly flowBehavior: 'FlowWhenChanged' | 'FlowAlways'
  readonly flowType: 'Always' | 'ObjectAddOnly' | 'MultiValueAddOnly' | 'ValueAddOnly' | 'AttributeAddOnly'
  /** 0: not used for matching; else the lowest comes first. */
  readonly matchingPriority: number
  readonly targetAttributeName: string
  readonly source: AttributeMappingSource | null
}

/** An expression as a tree. `expression` is the same as text; the tree is what editors show. */
export interface AttributeMappingSource {
  readonly expression: string
  readonly name: string
  readonly type: 'Attribute' | 'Constant' | 'Function'
  readonly parameters: readonly { readonly key: string; readonly value: AttributeMappingSource }[]
}
