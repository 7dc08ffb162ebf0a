"""Texts in the style of the fingerprint's semantic text: what the prepared model is compared with the original on."""

SAMPLE_TEXTS = (
    "ORA 00942 table or view does not exist",
    "Message not understood is Relative To Each Airing\n"
    "Undefined Object does Not Understand\n"
    "CM2 License Window relies On Non Existing Other Right\n"
    "CM2 License Window accept\n"
    "PSI Application Window save And Close",
    "Message not understood duration\n"
    "PL Transmission duration In Frames\n"
    "PL Schedule Action compute End Times\n"
    "PL Schedule Action processing Abstract\n"
    "PL Service Active expand\n"
    "PL Service Connect Item View With\n"
    "MAF Application Model action At Runtime For\n"
    "MAF Abstract Action Button press Action",
    "Subscript out of bounds index\n"
    "Array at put\n"
    "TM2 Grid View cell At Row Column\n"
    "TM2 Grid View draw Visible Cells On\n"
    "TM2 Grid Controller redraw After Scroll",
    "ORA 03113 end of file on communication channel\n"
    "Oracle Session results External\n"
    "External Database Session do Prepared Command\n"
    "Mg XDB Session Wrapper trace SQL While operation\n"
    "Mg X Oracle7 Transporter execute Query In Transaction query\n"
    "OOP Lens Query execute In Transaction with Stream Do\n"
    "T3 Transaction private Execute Query while with Stream Do\n"
    "T3 Transaction execute Query at Most\n"
    "OOP Lens Query result Limit while\n"
    "OOP Lens Query requires Query Result Aliases while\n"
    "BO Broadcast Event Finder all Events On Channel between And",
    "Emergency memory is low while loading the contract list\n"
    "Set grow To\n"
    "Set add\n"
    "CT Contract Browser collect All Titles\n"
    "CT Contract Browser build List",
    "Communication channel broken\n"
    "Socket Accessor write From starting At for Count\n"
    "External Write Stream flush\n"
    "XML Export Service send To Playout\n"
    "Export Queue process Next Job",
    "Key not found\n"
    "Dictionary error Key Not Found\n"
    "Dictionary remove Key\n"
    "PSI Window Manager forget Window\n"
    "PSI Application Window release\n"
    "PSI Application Window close",
    "Division by zero\nAudience Forecast rating Share For Target Group\nAudience Report totals Per Day Part",
    "the planner freezes when a rerun is dragged onto another day",
)
