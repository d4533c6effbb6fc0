// What the exceptions of a stage mean to a person.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Hosting;

/// <summary>Tells a user's mistake and a lack of memory from a defect.</summary>
internal static class StageFailures
{
    public static Failed? Explain(Exception exception) => exception switch
    {
        InputException e => new Failed(ErrorCode.BadInput, e.Message),
        OutOfMemoryInTrainingException e => new Failed(ErrorCode.OutOfMemory, e.Message),
        PipelineException { Diagnostics: [var only] } => new Failed(only.Code, only.Message),
        IOException or UnauthorizedAccessException => new Failed(ErrorCode.StageFailed, exception.Message),
        _ when OutOfMemoryInTrainingException.IsCause(exception) => new Failed(ErrorCode.OutOfMemory, "memory ran out; use fewer rows, or a machine with more memory"),
        _ => null,
    };

    /// <summary>A failure that nobody foresaw.</summary>
    public static Failed Defect(Exception exception) => new(
        ErrorCode.StageFailed,
        $"{exception.Message.ReplaceLineEndings(" ").TrimEnd('.')} ({exception.GetType().Name}); this is a defect of tlpipe, please report it with the log file");
}
