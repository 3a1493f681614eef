import { resource } from '../resource';
import { getAll } from './getAll.operation';

export const endpoint = resource({ name: 'Endpoint', value: 'endpoint' }, [getAll]);
