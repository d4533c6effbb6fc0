// The events of a running stage: sent from a child process to its parent as lines of JSON, and shown to the user.
using System.Text.Json.Serialization;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;

namespace Tlpipe.Engine.Stages;

/// <summary>Something that a running stage reports.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(EpochEnded), "epoch")]
[JsonDerivedType(typeof(Note), "note")]
[JsonDerivedType(typeof(Warned), "warning")]
[JsonDerivedType(typeof(CheckpointSaved), "checkpoint")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(AlreadyThere), "already_there")]
public abstract record StageEvent
{
    /// <summary>The event without the value of any secret, its texts fit for a line of a terminal.</summary>
    public StageEvent Redacted() => this switch
    {
        Note note => new Note(OneLine.Visible(Secret.Redact(note.Text))),
        Warned warned => new Warned(OneLine.Visible(Secret.Redact(warned.Text))),
        Failed failed => failed with { Message = Secret.Redact(failed.Message) },
        _ => this,
    };
}

/// <summary>The progress of the stage.</summary>
/// <param name="Doing">Its activity: <c>train</c>, <c>evaluate</c>, <c>tokenize</c>.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Unit">The units: <c>updates</c>, <c>rows</c>.</param>
/// <param name="Loss">The last logged training loss.</param>
/// <param name="TokensPerSecond">Tokens a second, without padding.</param>
/// <param name="SecondsLeft">Time left for the whole stage.</param>
public sealed record Progress(
    string Doing, long Done, long Total, string Unit, double? Loss = null, double? TokensPerSecond = null, double? SecondsLeft = null) : StageEvent;

/// <summary>An epoch of training ended and was evaluated: a line of the training's table.</summary>
/// <param name="Epoch">Epochs done; may be a fraction.</param>
/// <param name="TrainingLoss">The last logged training loss; null before the first.</param>
/// <param name="ValidationLoss">The loss on the evaluation data.</param>
/// <param name="Accuracy">The share of right answers; null if it is not computed.</param>
/// <param name="Best">Whether it is the best so far.</param>
public sealed record EpochEnded(double Epoch, double? TrainingLoss, double ValidationLoss, double? Accuracy, bool Best) : StageEvent;

/// <summary>A fact worth a line: <c>21 of 600 reviews truncated</c>.</summary>
public sealed record Note(string Text) : StageEvent;

/// <summary>Something that is allowed but may be a mistake.</summary>
public sealed record Warned(string Text) : StageEvent;

/// <summary>A checkpoint has been saved and is complete.</summary>
public sealed record CheckpointSaved(long Step) : StageEvent;

/// <summary>The stage resumes from a checkpoint.</summary>
public sealed record Resumed(long Step, long Total) : StageEvent;

/// <summary>Nothing was computed: another process has published the same result.</summary>
public sealed record AlreadyThere : StageEvent;

/// <summary>The stage cannot continue. The child process exits after this event.</summary>
/// <param name="Code">An <see cref="Tlpipe.Engine.Diagnostics.ErrorCode"/>.</param>
/// <param name="Message">The mistake, and after "; " the remedy.</param>
public sealed record Failed(string Code, string Message) : StageEvent;
