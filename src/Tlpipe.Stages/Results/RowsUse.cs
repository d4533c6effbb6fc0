// How training uses rows, and which overlap with evaluated rows is allowed.
namespace Tlpipe.Stages.Results;

/// <summary>What training uses rows for.</summary>
public enum RowsUse
{
    /// <summary>A language model reads their texts.</summary>
    LanguageModel,

    /// <summary>A classifier learns their labels.</summary>
    Classifier,

    /// <summary>They choose the best of several models.</summary>
    Selection,

    /// <summary>A temperature is fitted on them.</summary>
    Calibration,
}

/// <summary>When a row of one table is a row of another.</summary>
public enum SameRows
{
    /// <summary>It is not known: the tables come from different sources.</summary>
    Unknown,

    /// <summary>Their row labels are equal: both tables come from one source, and the texts that are compared may differ in a row.</summary>
    Label,

    /// <summary>Their row labels and their texts are equal: both tables come from one source.</summary>
    LabelAndText,
}

/// <summary>
/// Which overlap of training rows and evaluated rows is allowed. Where nothing is said, a row must not be in both, and other rows of the same text are
/// counted and shown.
/// </summary>
public enum AllowOverlap
{
    /// <summary>Nothing: neither rows nor texts.</summary>
    None,

    /// <summary>Their text: a language model may read it, and a classifier may have other rows of the same text, but not these.</summary>
    Text,

    /// <summary>The rows with their labels: the figures then say how well training rows were learnt, and every table says so.</summary>
    Rows,
}
