import { resource } from '../resource';
import { downloadRecording } from './downloadRecording.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { getEvents } from './getEvents.operation';
import { hangUp } from './hangUp.operation';
import { initiate } from './initiate.operation';
import { initiateAndWait } from './initiateAndWait.operation';

export const call = resource(
	{ name: 'Call', value: 'call' },
	[downloadRecording, get, getEvents, getAll, hangUp, initiate, initiateAndWait],
	initiate,
);
