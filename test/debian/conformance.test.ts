import { debianKind } from '../conformance/hosts/debian-kind';
import { hostSuite } from '../conformance/hosts/suite';

hostSuite(debianKind());
