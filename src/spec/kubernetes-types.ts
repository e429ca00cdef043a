/**
 * The parts of the Kubernetes core API that the builders write.
 */

export interface ObjectMeta {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

export interface ResourceRequirements {
  readonly requests?: Record<string, string>;
  readonly limits?: Record<string, string>;
}

export interface Toleration {
  readonly key: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect: TaintEffect;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: { readonly fieldPath: string };
  };
}

export interface ContainerSecurity {
  readonly allowPrivilegeEscalation: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly capabilities: { readonly drop: string[] };
}

export interface PodSecurity {
  readonly runAsNonRoot: boolean;
  readonly runAsUser: number;
  readonly seccompProfile: { readonly type: string };
}

export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: number };
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: { readonly sizeLimit?: string };
}

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly volumeMounts?: VolumeMount[];
  readonly securityContext?: ContainerSecurity;
  readonly readinessProbe?: HttpProbe;
  readonly env?: EnvVar[];
  readonly ports?: ContainerPort[];
  readonly resources?: ResourceRequirements;
}

export interface LabelSelector {
  readonly matchLabels: Record<string, string>;
}

export interface PodAntiAffinityTerm {
  readonly labelSelector: LabelSelector;
  readonly topologyKey: string;
}

export interface PodAffinity {
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution: PodAntiAffinityTerm[] };
  readonly nodeAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution: { readonly nodeSelectorTerms: NodeSelectorTerm[] } };
}

export interface NodeSelectorTerm {
  readonly matchExpressions: { readonly key: string; readonly operator: string; readonly values: string[] }[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly priorityClassName?: string;
  readonly restartPolicy?: string;
  readonly nodeSelector?: Record<string, string>;
  readonly tolerations?: Toleration[];
  readonly affinity?: PodAffinity;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: PodSecurity;
  readonly volumes?: Volume[];
  readonly imagePullSecrets?: { readonly name: string }[];
  readonly initContainers?: Container[];
  readonly containers: Container[];
}

export interface PodTemplateSpec {
  readonly metadata?: ObjectMeta;
  readonly spec: PodSpec;
}
