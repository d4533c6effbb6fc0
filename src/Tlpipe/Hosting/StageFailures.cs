// Explains the exceptions of a stage to the user.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Hosting;

/// <summary>Distinguishes a user's mistake, a lack of memory and a transient error from a defect.</summary>
internal static class StageFailures
{
    public static Failed? Explain(Exception exception) => exception switch
    {
        InputException e => new Failed(ErrorCode.BadInput, e.Message),
        OutOfMemoryInTrainingException e => new Failed(ErrorCode.OutOfMemory, e.Message),
        PipelineException { Diagnostics: [var only] } => new Failed(only.Code, only.Message),
        IOException io when IsTransient(io) => new Failed(ErrorCode.Transient, exception.Message),
        IOException or UnauthorizedAccessException => new Failed(ErrorCode.StageFailed, exception.Message),
        _ when OutOfMemory.IsCause(exception) => new Failed(ErrorCode.OutOfMemory, "more memory was asked for than this process can have; use fewer or shorter rows, or allow it more memory"),
        _ => null,
    };

    /// <summary>
    /// Whether an error of the disk or the network is transient: the system's numbers for an input or output error, too many open files, a stale handle of a
    /// network file system, and connections that broke or were refused. A full disk is not transient.
    /// </summary>
    private static bool IsTransient(IOException exception)
    {
        if (exception.InnerException is System.Net.Sockets.SocketException or TimeoutException)
            return true;
        const int interrupted = 4, inputOutput = 5, tryAgain = 11, tooManyFilesInSystem = 23, tooManyFiles = 24, timedOut = 110, stale = 116, remoteInputOutput = 121;
        return exception.HResult is interrupted or inputOutput or tryAgain or tooManyFilesInSystem or tooManyFiles or timedOut or stale or remoteInputOutput;
    }

    /// <summary>An unexpected failure.</summary>
    public static Failed Defect(Exception exception) => new(
        ErrorCode.StageFailed,
        $"{exception.Message.ReplaceLineEndings(" ").TrimEnd('.')} ({exception.GetType().Name}); this is a defect of tlpipe, please report it with the log file");
}
