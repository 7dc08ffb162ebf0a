"""The frames around the failing code: error machinery is on top of it, command execution and event loops below.

Everything here is the framework's, not the crash's: what a reader must see through.
"""

from __future__ import annotations

from crash_knowledge.wcr.generator.incident import Circumstances, Incident

FORK = (
    "BlockClosure>>on:do:",
    "optimized [] in Process class>>forBlock:priority:",
)

WINDOW_PROCESS = (
    "optimized [] in [] in WindowManager>>safelyDispatchForWindowManager:",
    "BlockClosure>>ensure:",
    "optimized [] in WindowManager>>safelyDispatchForWindowManager:",
    "BlockClosure>>on:do:",
    "WindowManager>>safelyDispatchForWindowManager:",
    "WindowManager>>processNextEvent",
    "optimized [] in [] in WindowManager>>newProcess",
    "BlockClosure>>on:do:",
    "optimized [] in WindowManager>>newProcess",
    *FORK,
)

WINDOW_CONTEXT = (
    "optimized [] in Event>>dispatchForWindowManager:",
    "BlockClosure>>ensure:",
    "MediaGeniX.T3Transaction>>isCurrentWhile:",
    "optimized [] in ApplicationStandardSystemController>>inTransactionDo:",
    "BlockClosure>>cull:",
    "MediaGeniX.T3Transaction(Object)>>ifNotNil:ifNil:",
    "MediaGeniX.{controller}(ApplicationStandardSystemController)>>inTransactionDo:",
    "MediaGeniX.{controller}(ApplicationStandardSystemController)>>executeInContextWithoutUpdateWidgets:",
    "MediaGeniX.{controller}(ApplicationStandardSystemController)>>executeInContext:",
    "MediaGeniX.{controller}(ApplicationStandardSystemController)>>eventExecuteInContext:",
    "{event}(Event)>>executeInWindowContext:",
    "{event}(Event)>>dispatchForWindowManager:",
)

EVENT_TO_WIDGET = (
    "{event}>>dispatchTo:",
    "MediaGeniX.{widget}(MediaGeniX.MAF2Widget)>>handleEvent:",
    "MediaGeniX.MAF2EventDispatcher(MediaGeniX.VWMAFEventDispatcher)>>dispatch:to:",
    "optimized [] in MediaGeniX.VWMAFEventDispatcher>>dispatchEvent:",
    "BlockClosure>>cull:",
    "MediaGeniX.{widget}(Object)>>ifNotNil:",
    "MediaGeniX.MAF2EventDispatcher(MediaGeniX.VWMAFEventDispatcher)>>dispatchEvent:",
    "MediaGeniX.MAF2EventDispatcher>>dispatchEvent:",
    "{event}(Event)>>dispatch",
)

MOUSE_PRESSED = (
    "MediaGeniX.{widget}(MediaGeniX.MAF2Widget)>>privateRedButtonPressedEvent:",
    "optimized [] in MediaGeniX.MAF2Widget>>redButtonPressedEvent:",
    "BlockClosure>>ensure:",
    "MediaGeniX.{widget}(MediaGeniX.MAF2Widget)>>handlingMousePressedEventWhile:",
    "MediaGeniX.{widget}(MediaGeniX.MAF2Widget)>>redButtonPressedEvent:",
)

COMMAND = (
    "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:",
    "optimized {deep}[] in [] in [] in [] in [] in MediaGeniX.MAFCommand>>executeFor:",
    "Debug class>>haltOnShiftClick:",
    "optimized [] in [] in [] in [] in MediaGeniX.MAFCommand>>executeFor:",
    "Time class>>microsecondsToRun:",
    "Time class>>millisecondsToRun:",
    "optimized [] in [] in [] in MediaGeniX.MAFCommand>>executeFor:",
    "WindowManager>>measureEventTimeWhile:",
    "optimized [] in [] in MediaGeniX.MAFCommand>>executeFor:",
    "BlockClosure>>cull:",
    "MediaGeniX.WOnLauncher{suffix}(Object)>>ifNotNil:ifNil:",
    "optimized [] in MediaGeniX.MAFCommand>>executeFor:",
    "BlockClosure>>ensure:",
    "MediaGeniX.AMApplicationMonitorWHATSON(MediaGeniX.AMApplicationMonitor)>>commandBeingExecuted:executor:while:",
    "MediaGeniX.MAFPluggableCommand(MediaGeniX.MAFCommand)>>executeFor:",
    "optimized [] in [] in MediaGeniX.MAFApplicationModel>>executeCommand:",
    "BlockClosure>>ensure:",
    "MediaGeniX.{application} class(MediaGeniX.MAFApplicationModel class)>>activeWindowDuringExecutionOfCommand:while:",
    "optimized [] in MediaGeniX.MAFApplicationModel>>executeCommand:",
    "optimized [] in [] in MediaGeniX.MgXUtilities class>>handleViolationErrorWhile:",
    "BlockClosure>>on:do:",
    "MediaGeniX.MgXUtilities class>>handleViolationErrorWhile:onErrorDo:",
    "optimized [] in MediaGeniX.MgXUtilities class>>handleViolationErrorWhile:",
    "BlockClosure>>ifCurtailed:",
    "optimized [] in [] in OOPStorageManager class>>handleMultiUserErrorsWhile:onErrorDo:",
    "BlockClosure>>on:do:",
    "OOPStorageManager class>>handleMultiUserErrorsWhile:onErrorDo:",
    "MediaGeniX.MgXUtilities class>>handleViolationErrorWhile:",
    "MediaGeniX.{application}(MediaGeniX.MAFApplicationModel)>>executeCommand:",
    "MediaGeniX.MAFPluggableCommand(MediaGeniX.MAFCommand)>>dispatchExecutionTo:",
)

TOOLBAR = (
    *COMMAND,
    "MediaGeniX.MAF2ToolBarButton>>pressAction",
    "MediaGeniX.MAF2ToolBarButton>>handleButtonPressedEvent:",
    "MediaGeniX.MAF2ToolBarButton>>handleRedButtonPressedEvent:",
    *MOUSE_PRESSED,
    *EVENT_TO_WIDGET,
    *WINDOW_CONTEXT,
    *WINDOW_PROCESS,
)

MENU = (
    *COMMAND,
    "optimized [] in MediaGeniX.MAF2MenuBarButton>>menuBarActionForMenu:",
    "BlockClosure>>ensure:",
    "MediaGeniX.MAF2MenuBarButton>>menuBarActionForMenu:",
    "MediaGeniX.MAF2MenuBarButton>>menuBarAction",
    "MediaGeniX.MAF2MenuBarButton>>handleRedButtonPressedEvent:",
    *MOUSE_PRESSED,
    *EVENT_TO_WIDGET,
    *WINDOW_CONTEXT,
    *WINDOW_PROCESS,
)

KEYBOARD = (
    "MediaGeniX.{widget}>>keyPressedEvent:",
    *EVENT_TO_WIDGET,
    *WINDOW_CONTEXT,
    *WINDOW_PROCESS,
)

DIALOG = (
    "optimized [] in MediaGeniX.MAFApplicationModel>>actionAtRuntimeFor:",
    "MediaGeniX.MAF2ActionButton(MediaGeniX.MAF2AbstractActionButton)>>pressAction",
    "MediaGeniX.MAF2ActionButton(MediaGeniX.MAF2AbstractActionButton)>>handleRedButtonPressedEvent:",
    *MOUSE_PRESSED,
    *EVENT_TO_WIDGET,
    *WINDOW_CONTEXT,
    *WINDOW_PROCESS[:6],
    "optimized [] in ApplicationDialogController>>eventLoop",
    "BlockClosure>>ensure:",
    "MediaGeniX.MAF2DialogController(ApplicationDialogController)>>eventLoop",
    "optimized [] in ApplicationStandardSystemController>>startUp",
    "BlockClosure>>on:do:",
    "MediaGeniX.MAF2DialogController(ApplicationStandardSystemController)>>startUp",
    "MediaGeniX.MAF2DialogController>>openTransientViews",
    "MediaGeniX.MAFContextAwareApplicationWindow(ScheduledWindow)>>openTransientIn:type:",
    "MediaGeniX.MAFBuilder>>openDialogWithBox:",
    "MediaGeniX.{application}(MediaGeniX.MAF2Dialog)>>openInterface",
    "MediaGeniX.{application}(MediaGeniX.MAFApplicationModel)>>open",
    *WINDOW_PROCESS[6:],
)

IMMEDIATE_TRANSACTION = (
    "optimized [] in [] in [] in [] in MediaGeniX.T3Transaction>>immediateDo:",
    "BlockClosure>>ifCurtailed:",
    "{connection}(ExternalDatabaseConnection)>>dbTransactionWhile:",
    "MediaGeniX.{wrapper}(MediaGeniX.MgXDBConnectionWrapper)>>dbTransactionWhile:",
    "MediaGeniX.MgXSessionPool>>dbTransactionWhile:",
    "MediaGeniX.T3Transaction>>dbTransactionWhile:",
    "BlockClosure>>ensure:",
    "MediaGeniX.T3Transaction>>isCurrentWhile:",
    "MediaGeniX.T3Transaction>>immediateDo:",
    "MediaGeniX.T3Session>>immediateDo:",
    "OOPStorageManager>>inTransactionWhile:postCommitDo:postRollbackDo:",
    "OOPStorageManager>>inTransactionWhile:",
    "OOPStorageManager>>inTopTransactionWhile:",
)

SERVICE = (
    *IMMEDIATE_TRANSACTION,
    "optimized [] in MediaGeniX.OOPService>>inMultiUserSafeTransactionWhile:notify:",
    "MediaGeniX.{service}(MediaGeniX.OOPService)>>handleMultiUserErrorsWhile:notify:",
    "MediaGeniX.{service}(MediaGeniX.OOPService)>>inMultiUserSafeTransactionWhile:",
    "MediaGeniX.{service}>>myService",
    "optimized [] in [] in MediaGeniX.OOPServiceWithDelay>>performService",
    "SignalHandler>>handleDo:",
    "HandlerList>>handleDo:",
    "BlockClosure>>valueNowOrOnUnwindDo:",
    "MediaGeniX.{service}(MediaGeniX.OOPServiceWithDelay)>>performService",
    "optimized [] in [] in [] in [] in MediaGeniX.OOPService>>serviceLoop",
    "SignalHandler>>handleDo:",
    "SignalHandler>>handleDo:",
    "HandlerList>>handleDo:",
    "BlockClosure>>on:do:",
    "MediaGeniX.{service}(MediaGeniX.OOPService)>>handleExecutionOf:",
    "TerminateException class(GenericException class)>>handle:do:",
    "optimized [] in RecursionLock>>critical:",
    "BlockClosure>>ensure:",
    "RecursionLock>>critical:",
    "MediaGeniX.{service}(MediaGeniX.OOPService)>>serviceLoop",
    "optimized [] in MediaGeniX.OOPService>>forkServiceLoop",
    *FORK,
)

LOGIN = (
    "MediaGeniX.PSISite{suffix}(OOPSite)>>loginWithUserAuthentication:",
    "optimized [] in [] in [] in OOPSite>>loginWithUserAuthentication:environment:",
    "BlockClosure>>ensure:",
    "Cursor>>showWhile:",
    "MediaGeniX.AnimatedCursor class>>showDBAnimationWhile:",
    "Error class(GenericException class)>>handle:do:",
    "MediaGeniX.PSISite{suffix}(OOPSite)>>loginWithUserAuthentication:environment:",
    "MediaGeniX.WOnLoginDialog(MediaGeniX.WOnAbstractLoginDialog)>>acceptAction",
    *DIALOG,
)

UPGRADE = (
    "optimized [] in [] in [] in [] in MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:",
    *IMMEDIATE_TRANSACTION,
    "optimized [] in OOPStorageManager>>inBigTransactionWhile:",
    "MediaGeniX.T3Session>>dontAllowCacheCommittedImmediateTransactionsWhile:",
    "MediaGeniX.{scripts}(MediaGeniX.WOnAbstractInstallationScripts)>>inBigTransactionWhile:",
    "MediaGeniX.WOnDBScriptRunner>>catchInstallationScriptErrorsFor:during:",
    "MediaGeniX.WOnStartup class>>scriptBeingExecuted:while:",
    "MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:",
    "MediaGeniX.{scripts}(MediaGeniX.WOnAbstractInstallationScripts)>>runScriptsNamed:",
    "MediaGeniX.WOnInstallerWHATSON class(MediaGeniX.WOnInstaller class)>>runNormalScriptsWith:",
    "MediaGeniX.WOnDBScriptRunner>>executeInstallationScripts",
    "MediaGeniX.WOnInstallerWHATSON(MediaGeniX.WOnInstaller)>>privateUpgradeDatabase:",
    "MediaGeniX.PSISite{suffix}(OOPSite)>>handleLoginErrorsWhileUpgradingWhile:",
    "MediaGeniX.WOnInstallerWHATSON(MediaGeniX.WOnInstaller)>>upgradeDBWithPassword:database:",
    *TOOLBAR,
)

BACKGROUND = (
    "MediaGeniX.{application}>>runInBackground",
    "optimized [] in MediaGeniX.{application}>>forkBackgroundProcess",
    *FORK,
)

BYSTANDER = (
    "BlockClosure>>on:do:",
    "optimized [] in Process class>>unboundMethodwith:with:",
)
"""The whole stack of the process that runs when memory is exhausted."""

LOW_SPACE_INTERRUPT = (
    "Process>>yield",
    "ProcessorScheduler>>yield",
    "WindowManager>>processNextEvent",
    "MediaGeniX.MAFContextAwareApplicationDialogController(ApplicationDialogController)>>eventLoop",
    "MediaGeniX.MAFMessageDialog(MediaGeniX.MAFAutoLayoutDialog)>>message:titled:labels:values:default:for:setupWith:",
    "OOPSignalManager>>showMessageWithDescription:",
    "OOPSignalManager>>openContext:exception:label:",
    "OOPSignalManager>>emergency:from:",
    "OOPSignalManager>>handleException:context:",
    "UnhandledException>>defaultAction",
    "UnhandledException(GenericException)>>performHandler:",
    "UnhandledException(GenericException)>>propagate",
    "UnhandledException(GenericException)>>raiseSignal",
    "LowSpaceInterrupt(GenericException)>>noHandler",
    "LowSpaceInterrupt(UserInterrupt)>>defaultAction",
    "LowSpaceInterrupt(GenericException)>>raiseSignal",
    "LowSpaceInterrupt class(ControlInterrupt class)>>interruptWith:errorString:",
    "optimized [] in [] in ProcessorScheduler>>interruptAllUserProcessesSuchThat:with:",
    "optimized [] in [] in Process>>interruptWith:",
    "UndefinedObject>>ifNil:",
)
"""On top of the work that was interrupted when memory was exhausted; below it is the culprit."""

TAILS = {
    "toolbar": TOOLBAR,
    "menu": MENU,
    "keyboard": KEYBOARD,
    "dialog": DIALOG,
    "service": SERVICE,
    "login": LOGIN,
    "upgrade": UPGRADE,
    "background": BACKGROUND,
}
WIDGETS = {
    "low space": "MAF2ToolBarButton",
    "toolbar": "MAF2ToolBarButton",
    "upgrade": "MAF2ToolBarButton",
    "menu": "MAF2MenuBarButton",
    "keyboard": "MAF2DatasetGrid",
    "dialog": "MAF2ActionButton",
    "login": "MAF2ActionButton",
}
CONNECTIONS = {
    "oracle": "OracleConnection",
    "oracle-threaded": "OracleThreadedConnection",
    "postgresql": "MediaGeniX.MgXPostgresLibpqConnection",
    "none": "OracleConnection",
}


def placeholders(incident: Incident, circumstances: Circumstances) -> dict[str, str]:
    """What the placeholders of frames stand for."""
    suffix = circumstances.customer.suffix
    situation = incident.situation
    dialog = situation in ("dialog", "login")
    postgresql = circumstances.customer.database == "postgresql"
    return {
        "suffix": suffix,
        "application": incident.application.format(suffix=suffix),
        "service": incident.service,
        "scripts": incident.scripts,
        "widget": WIDGETS.get(situation, "MAF2ActionButton"),
        "event": "KeyPressedEvent" if situation == "keyboard" else "RedButtonPressedEvent",
        "controller": "MAF2DialogController" if dialog else "MAFContextAwareSystemController",
        "connection": CONNECTIONS[circumstances.customer.database],
        "wrapper": f"MgXDBConnectionWrapper_{'postgreSQL' if postgresql else 'oracle'}",
        "deep": "[] in " * circumstances.flavour,
    }


def active_stack(incident: Incident, circumstances: Circumstances) -> tuple[str, ...]:
    """The frames of the active process, innermost first."""
    if incident.situation == "low space":
        return BYSTANDER
    values = placeholders(incident, circumstances)
    return tuple(frame.format_map(values) for frame in (*incident.frames, *TAILS[incident.situation]))


def culprit_stack(incident: Incident, circumstances: Circumstances) -> tuple[str, ...]:
    """The frames of the interrupted process that ate the memory; empty when the incident has no culprit."""
    if not incident.culprit:
        return ()
    values = placeholders(incident, circumstances)
    return tuple(frame.format_map(values) for frame in (*LOW_SPACE_INTERRUPT, *incident.culprit, *TOOLBAR))
