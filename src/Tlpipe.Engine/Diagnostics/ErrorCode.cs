// The numbers of the errors that tlpipe reports, each with its meaning.
namespace Tlpipe.Engine.Diagnostics;

/// <summary>Error numbers. They never change their meaning; 01xx the YAML text, 02xx the pipeline, 03xx options, 04xx running, 05xx the machine, 06xx the command line and recorded runs.</summary>
public static class ErrorCode
{
    /// <summary>The file cannot be read or is not YAML.</summary>
    public const string Syntax = "TL0101";

    /// <summary>A key that does not exist there.</summary>
    public const string UnknownKey = "TL0102";

    /// <summary>The same key twice in one mapping.</summary>
    public const string DuplicateKey = "TL0103";

    /// <summary>A required key is missing.</summary>
    public const string MissingKey = "TL0104";

    /// <summary>A mapping, list or scalar in place of another of them.</summary>
    public const string WrongShape = "TL0105";

    /// <summary>An import that cannot be read.</summary>
    public const string Import = "TL0106";

    /// <summary>A text that is nested too deeply, or grows too large by its aliases or properties.</summary>
    public const string TooLarge = "TL0107";

    /// <summary>A <c>$(name)</c> that no property or environment variable answers.</summary>
    public const string UndefinedProperty = "TL0201";

    /// <summary><c>uses:</c> names no stage kind.</summary>
    public const string UnknownStageKind = "TL0202";

    /// <summary>A reference to a stage, instance or output that does not exist.</summary>
    public const string UnknownReference = "TL0203";

    /// <summary>Stages that wait for each other.</summary>
    public const string Cycle = "TL0204";

    /// <summary>A matrix that cannot be expanded.</summary>
    public const string BadMatrix = "TL0205";

    /// <summary>An expression that cannot be parsed or evaluated.</summary>
    public const string BadExpression = "TL0206";

    /// <summary>A group of stages under <c>targets:</c> that cannot be one.</summary>
    public const string BadTarget = "TL0207";

    /// <summary>An option of a type other than the one asked for, or out of its range.</summary>
    public const string BadValue = "TL0301";

    /// <summary>Options that contradict each other.</summary>
    public const string Contradiction = "TL0302";

    /// <summary>A file or folder that an option names is not there.</summary>
    public const string MissingFile = "TL0303";

    /// <summary>A secret in a place that does not allow it, or another value in place of a secret.</summary>
    public const string Secret = "TL0304";

    /// <summary>A stage met input it cannot use.</summary>
    public const string BadInput = "TL0401";

    /// <summary>A stage failed.</summary>
    public const string StageFailed = "TL0402";

    /// <summary>Memory ran out.</summary>
    public const string OutOfMemory = "TL0403";

    /// <summary>The store cannot be used.</summary>
    public const string Store = "TL0404";

    /// <summary>An error of the disk or the network that may pass by itself.</summary>
    public const string Transient = "TL0410";

    /// <summary>A stage's process was ended by a signal that tlpipe did not send.</summary>
    public const string ProcessCrashed = "TL0411";

    /// <summary>A result that a command needs is not in the store.</summary>
    public const string NoResult = "TL0440";

    /// <summary>A command was given something that is not a model, nor a stage that makes one.</summary>
    public const string NoModel = "TL0441";

    /// <summary>A folder that a command would write is there already.</summary>
    public const string FolderInTheWay = "TL0442";

    /// <summary>A server cannot be reached, or gives no answer that helps.</summary>
    public const string Unreachable = "TL0450";

    /// <summary>A server does not have the model, revision or file.</summary>
    public const string NotOnServer = "TL0451";

    /// <summary>A server refuses the token, or any token.</summary>
    public const string Denied = "TL0452";

    /// <summary>A server's content differs from what was announced.</summary>
    public const string BadDownload = "TL0453";

    /// <summary>A download is needed, but the network must not be used.</summary>
    public const string NotCached = "TL0454";

    /// <summary>A folder for downloads cannot be written, or its disk is full.</summary>
    public const string DownloadFolder = "TL0455";

    /// <summary>The lock file cannot be read or written.</summary>
    public const string LockFile = "TL0456";

    /// <summary>Rows that are evaluated on are among those that are trained on.</summary>
    public const string Overlap = "TL0460";

    /// <summary>Predictions that do not fit the labels or metrics to score them with.</summary>
    public const string BadPredictions = "TL0461";

    /// <summary>Results that cannot be compared.</summary>
    public const string BadComparison = "TL0462";

    /// <summary>The disk has less room than a stage will need.</summary>
    public const string NoSpace = "TL0420";

    /// <summary>Another process is doing something that only one can do at a time with a store.</summary>
    public const string StoreBusy = "TL0421";

    /// <summary>The trash holds nothing that could be put back.</summary>
    public const string NothingToUndo = "TL0422";

    /// <summary>No result, or more than one, matches the given name.</summary>
    public const string UnknownResult = "TL0423";

    /// <summary>A file of exported results is damaged, or is not an archive.</summary>
    public const string BadArchive = "TL0424";

    /// <summary>There is no store at the given place.</summary>
    public const string NoStore = "TL0425";

    /// <summary>The address or the options of a shared store.</summary>
    public const string Remote = "TL0426";

    /// <summary>A device that this build or machine does not have.</summary>
    public const string Device = "TL0501";

    /// <summary>A mistake on the command line.</summary>
    public const string CommandLine = "TL0601";

    /// <summary>A recorded run that is not there or cannot be read.</summary>
    public const string UnknownRun = "TL0610";
}
