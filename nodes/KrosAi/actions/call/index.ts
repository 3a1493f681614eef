import { resource } from '../resource';
import { downloadRecording } from './downloadRecording.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { getEvents } from './getEvents.operation';
import { getStatistics } from './getStatistics.operation';
import { hangUp } from './hangUp.operation';
import { initiate } from './initiate.operation';
import { initiateAndWait } from './initiateAndWait.operation';

export const call = resource(
	{ name: 'Call', value: 'call' },
	[downloadRecording, get, getEvents, getAll, getStatistics, hangUp, initiate, initiateAndWait],
	initiate,
);
