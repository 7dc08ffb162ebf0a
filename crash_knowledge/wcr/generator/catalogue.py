"""Made-up broadcasters and crashes, one of every kind a support desk meets. The bundled samples are made of them."""

from __future__ import annotations

from crash_knowledge.wcr.description import ExceptionText
from crash_knowledge.wcr.generator.incident import Customer, Incident, Subject

FJORD = Customer(
    code="FJORD",
    suffix="FJORD",
    database="oracle",
    environment="oracle:won-db1.fjordvision.example:1521/WONP",
    number_format="comma",
    channels=("FJORD 1", "FJORD LIVE"),
    install_path="\\\\files.fjordvision.example\\apps\\whatson\\prod",
)
MAREA = Customer(
    code="Marea",
    suffix="Marea",
    database="postgresql",
    environment="postgresql:pg-won.mareatv.example:5432_mareaprod",
    tz_offset_seconds=-10_800,
    number_format="dot",
    language="fr",
    frame_rate="29.97 fps DF",
    channels=("Marea Uno", "Marea Kids"),
)
KESTREL = Customer(
    code="KSTRL",
    suffix="KSTRL",
    database="oracle-threaded",
    environment="WONK1PRD",
    tz_offset_seconds=0,
    channels=("KESTREL MAX",),
    install_path="D:\\Apps\\WONK1PRD",
)
QUAY = Customer(
    code="QUAY",
    suffix="QUAY",
    database="oracle",
    environment="WONQ1",
    tz_offset_seconds=7_200,
    number_format="no-break space",
    language="nl",
    channels=("Quay Een", "Quay Sport"),
    memory_limit_kb=524_288,
)
TAMARIN_OFFLINE = Customer(
    code="TMRN",
    suffix="TMRN",
    database="none",
    environment="tamarin-db:1521/wontst",
    number_format="dot",
    language="de",
    channels=("Tamarin Plus",),
)

RUN_WINDOW = Incident(
    cause="Unhandled exception: Message not understood: #coversDate:",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #coversDate:",
        "a Message with selector: #coversDate: and arguments: #({day})",
    ),
    frames=(
        "UndefinedObject(Object)>>doesNotUnderstand:",
        "MediaGeniX.CM2RunWindow>>allowsRunOn:",
        "optimized {deep}[] in MediaGeniX.CM2RunCounter>>remainingRunsOn:",
        "OrderedCollection>>do:",
        "MediaGeniX.CM2RunCounter>>remainingRunsOn:",
        "MediaGeniX.PLSlotValidator{suffix}(MediaGeniX.PLSlotValidator)>>checkRunsOf:",
        "MediaGeniX.PLSlotPlanner{suffix}(MediaGeniX.PLSlotPlanner)>>doValidateDay",
        "optimized [] in MediaGeniX.PLSlotPlanner>>validateDayCommand",
    ),
    situation="toolbar",
    application="PLSlotPlanner{suffix}",
    window_title="{day} : {channel} [Slot plan] *",
    command=("Validate day", "validateDayCommand"),
    subjects=(
        Subject(
            class_name="CM2RunWindow",
            text="a CM2RunWindow (oid = {oid})",
            persistent=True,
            state="new",
            variables=(
                ("calculatedDatePeriod", "nil"),
                ("contractLine", "a MediaGeniX.T3ObjectState({near_oid},MediaGeniX.CM2ContractLine,#unmodified)"),
                ("hasUnlimitedNumberOfRunsPerCalendarDay", "false"),
                ("isDefinedByThePrototypeOfTheContract", "true"),
                ("numberOfRuns", "3"),
                ("remarks", "'Don''t plan before 22:00\nsee the annex'"),
                ("runAccuracy", "nil"),
            ),
        ),
        Subject(
            class_name="CM2RunCounter",
            text="a MediaGeniX.CM2RunCounter",
            variables=(("windows", "OrderedCollection (a CM2RunWindow (oid = {oid}))"), ("cachedRuns", "nil")),
        ),
    ),
)

DANGLING_REFERENCE = Incident(
    cause="Message not understood: #plannedRunsFor:",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #plannedRunsFor:",
        "a Message with selector: #plannedRunsFor: and arguments: #(a PSIProgram{suffix} (oid = {near_oid}))",
    ),
    frames=(
        "UndefinedObject(Object)>>doesNotUnderstand:",
        "MediaGeniX.CM2RunUpdateRecord>>titleIsPlannedInRightGroup",
        "MediaGeniX.CM2RunUpdateRecord>>recountRuns",
        "MediaGeniX.CM2RunUpdateRecord>>processWith:",
        "optimized [] in MediaGeniX.CM2RunUpdateService>>processRecords:",
        "OrderedCollection>>do:",
        "MediaGeniX.CM2RunUpdateService>>processRecords:",
    ),
    situation="service",
    service="CM2RunUpdateService",
    subjects=(
        Subject(
            class_name="CM2RunUpdateRecord",
            text="a CM2RunUpdateRecord (oid = {oid})",
            persistent=True,
            variables=(
                ("rightGroup", "nil"),
                ("rightGroupOID", "{near_oid}"),
                ("title", "a MediaGeniX.T3ObjectStateProxy(PSIProgram{suffix},{near_oid})"),
                ("attempts", "14"),
                ("lastError", "nil"),
            ),
        ),
    ),
)

LOW_SPACE = Incident(
    cause="Emergency: No Space Left.",
    exception=ExceptionText("LowSpaceInterrupt", "Emergency: No Space Left.", "BlockClosure>>on:do:"),
    frames=(),
    situation="low space",
    application="BSAudienceReport{suffix}",
    window_title="Audience report - {channel}",
    command=("Calculate", "calculateCommand"),
    culprit=(
        "MediaGeniX.BSRatingSeries>>copyWithPoint:",
        "optimized [] in MediaGeniX.BSAudienceReport>>ratingsPerMinuteFor:",
        "Interval>>do:",
        "MediaGeniX.BSAudienceReport{suffix}(MediaGeniX.BSAudienceReport)>>ratingsPerMinuteFor:",
        "MediaGeniX.BSAudienceReport{suffix}(MediaGeniX.BSAudienceReport)>>doCalculate",
        "optimized [] in MediaGeniX.BSAudienceReport>>calculateCommand",
    ),
)

INVALID_IDENTIFIER = Incident(
    cause='Unhandled exception:  \nORA-00904: "TBI1"."TBI_REGIONMASK": invalid identifier\n',
    exception=ExceptionText(
        "OracleError",
        ' \nORA-00904: "TBI1"."TBI_REGIONMASK": invalid identifier\n',
        '#(904 - \'ORA-00904: "TBI1"."TBI_REGIONMASK": invalid identifier\n\'\n)\n',
    ),
    frames=(
        "OracleThreadedSession(OracleSession)>>resultsExternal",
        "OracleThreadedSession(OracleSession)>>executeExternal",
        "optimized [] in ExternalDatabaseSession>>doPreparedCommand:",
        "BlockClosure>>ifCurtailed:",
        "OracleThreadedSession(ExternalDatabaseSession)>>doPreparedCommand:",
        "MediaGeniX.MgXDBSessionWrapper_oracle(MediaGeniX.MgXDBSessionWrapper)>>doPreparedCommand:",
        "MediaGeniX.MgXSessionPool>>doCommand:blockFactor:",
        "MediaGeniX.T3Transaction>>executeQuery:atMost:",
        "MediaGeniX.PLRegionalBlockItem class(MediaGeniX.T3Object class)>>retrieveFrom:atMost:",
        "MediaGeniX.PLRegionalBlockItem class>>itemsOfDay:channel:",
        "MediaGeniX.PLRegionalPlanner{suffix}(MediaGeniX.PLRegionalPlanner)>>doOpenRegions",
        "optimized [] in MediaGeniX.PLRegionalPlanner>>openRegionsCommand",
    ),
    situation="menu",
    application="PLRegionalPlanner{suffix}",
    window_title="{day} : {channel} [Regional plan]",
    command=("Open regions", "openRegionsCommand"),
    subjects=(
        Subject(
            class_name="OracleThreadedSession",
            text="an OracleThreadedSession( hstmt = 2A19F04C )",
            variables=(
                ("stateHolder", "a ValueHolder on: #executing"),
                ("connection", "an OracleThreadedConnection( hsvcctx = 2911C3B8 )"),
                ("query", "'select *\nfrom (SELECT TBI1.OID c1,TBI1.TBI_REGIONMASK c2 FROM WON.TXBLOCKITEM TBI1)\n'"),
                ("bindInput", "#({near_oid})"),
                ("password", "'********'"),
                ("rowBuffersHolder", "--Error printing object of class ValueHolder"),
            ),
        ),
    ),
)

PERMISSION = Incident(
    cause="Unhandled exception: Permission violation: Editor is needed for schedule '{channel}'",
    exception=ExceptionText(
        "MediaGeniX.WOnPermissionViolation",
        "Permission violation: Editor is needed for schedule '{channel}'",
        "#(#ScheduleManagement #Editor)",
    ),
    frames=(
        "MediaGeniX.WOnPermissionChecker>>raisePermissionViolationFor:role:on:",
        "MediaGeniX.WOnPermissionChecker>>require:on:",
        "MediaGeniX.PLDaySchedule{suffix}(MediaGeniX.PLDaySchedule)>>checkCanDelete:",
        "MediaGeniX.PLTrailerGrid>>deleteSelectedTrailers",
        "MediaGeniX.PLTrailerGrid>>deleteKeyPressed:",
    ),
    situation="keyboard",
    application="PLTrailerPlanner{suffix}",
    window_title="{day} : {channel} [Trailer plan]",
    subjects=(
        Subject(
            class_name="PLDaySchedule{suffix}",
            text="PLDaySchedule{suffix}({channel}, {day})",
            persistent=True,
            variables=(
                ("channel", "a MediaGeniX.T3ObjectStateProxy(PLChannel{suffix},{near_oid})"),
                ("lockedBy", "nil"),
            ),
        ),
    ),
)

WRONG_RECEIVER = Incident(
    cause="Unhandled exception: Message not understood: #departmentLinks",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #departmentLinks",
        "a Message with selector: #departmentLinks and arguments: #()",
    ),
    frames=(
        "MediaGeniX.WOnUserProfile(Object)>>doesNotUnderstand:",
        "MediaGeniX.WOnUserCopier>>copyDepartmentsFrom:to:",
        "MediaGeniX.WOnUserCopier>>copy",
        "MediaGeniX.WOnUserBrowser>>doDuplicate",
        "optimized [] in MediaGeniX.WOnUserBrowser>>duplicateCommand",
    ),
    situation="menu",
    application="WOnUserBrowser",
    window_title="User browser",
    command=("Duplicate", "duplicateCommand"),
    subjects=(
        Subject(
            class_name="WOnUserProfile",
            text="a WOnUserProfile (oid = {oid})",
            persistent=True,
            variables=(
                ("profileName", "'Traffic - m.delacroix@mareatv.example'"),
                ("roleLinks", "MediaGeniX.T3ChildSet ()"),
                ("userLinks", "MediaGeniX.T3ChildSet ()"),
                ("lastHost", "'10.20.31.7'"),
            ),
        ),
    ),
)

CUSTOMER_CODE = Incident(
    cause="Unhandled exception: Key not found: #ageRating",
    exception=ExceptionText("KeyNotFoundError", "Key not found: #ageRating", "#ageRating"),
    frames=(
        "Dictionary>>keyNotFound:",
        "Dictionary>>at:",
        "MediaGeniX.PGGuideExport{suffix}>>ageRatingTextOf:",
        "optimized [] in MediaGeniX.PGGuideExport{suffix}>>writeTitles",
        "OrderedCollection>>do:",
        "MediaGeniX.PGGuideExport{suffix}>>writeTitles",
        "MediaGeniX.PGGuideExport{suffix}(MediaGeniX.PGGuideExport)>>export",
        "MediaGeniX.PGGuideExportDialog>>acceptAction",
    ),
    situation="dialog",
    application="PGGuideExportDialog",
    window_title="Export programme guide",
    command=("Export", "exportCommand"),
    subjects=(
        Subject(
            class_name="PGGuideExport{suffix}",
            text="a MediaGeniX.PGGuideExport{suffix}",
            variables=(("target", "'ftp.{suffix}.example'"), ("ageRatingCodes", "nil"), ("writtenTitles", "41")),
        ),
    ),
)

UPGRADE_SCRIPT = Incident(
    cause="Unhandled exception: Message not understood: #regionConfiguration",
    exception=ExceptionText(
        "MessageNotUnderstood",
        "Message not understood: #regionConfiguration",
        "a Message with selector: #regionConfiguration and arguments: #()",
    ),
    frames=(
        "MediaGeniX.CDExportDefinition_Compact(Object)>>doesNotUnderstand:",
        "optimized [] in MediaGeniX.WOWInstallationScripts>>story_PLAN_4711_moveRegionsToExportDefinitions",
        "OrderedCollection>>do:",
        "MediaGeniX.WOWInstallationScripts>>story_PLAN_4711_moveRegionsToExportDefinitions",
    ),
    situation="upgrade",
    window_title="WHATS'ON upgrade",
    command=("Upgrade", "upgradeCommand"),
    subjects=(
        Subject(
            class_name="CDExportDefinition_Compact",
            text="a CDExportDefinition_Compact (definitionName = 'Evening (temporary)')",
            persistent=True,
            variables=(("definitionName", "'Evening (temporary)'"), ("isActive", "true")),
        ),
    ),
)

MISSING_LIBRARY = Incident(
    cause="Unhandled exception: External object not found",
    exception=ExceptionText("ExternalObjectNotFoundError", "External object not found", "ExternalMethod"),
    frames=(
        "[] in ExternalMethod class>>mapVirtualAddressFor:in:",
        "LinkedOrderedCollection>>detect:ifNone:",
        "ExternalMethod class>>mapVirtualAddressFor:in:",
        "ExternalMethod>>unlinkedCall:arguments:",
        "OracleConnection>>unprotectedInitLibrary",
        "OracleConnection>>acquireExternal:",
        "OracleConnection(ExternalDatabaseConnection)>>connect:",
        "MediaGeniX.MgXDBConnectionWrapper_oracle(MediaGeniX.MgXDBConnectionWrapper)>>connectWithPassword:",
    ),
    situation="login",
    application="WOnLoginDialog",
    window_title="Logon",
)
