// What training does with rows, and what it may share with rows that are evaluated on.
namespace Tlpipe.Stages;

/// <summary>For what training uses rows.</summary>
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

/// <summary>What of the rows that are evaluated on may be among those that are trained on.</summary>
public enum AllowOverlap
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their text: a language model may read it, and a classifier may have other rows of the same text, but not these.</summary>
    Text,

    /// <summary>The rows with their labels: what is reported then is how well training rows were learnt, and every table says so.</summary>
    Rows,
}
