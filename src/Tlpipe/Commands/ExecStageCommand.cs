// tlpipe exec-stage: the child process that computes one stage; not for users.
using System.CommandLine;
using System.Runtime.InteropServices;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Hosting;
using Tlpipe.Stages;

namespace Tlpipe.Commands;

/// <summary>
/// Reads a request, computes, publishes, and writes its events to standard output. It ignores Ctrl-C, which a terminal sends to its parent as well. It stops
/// when its standard input sends a line or ends, and at SIGTERM and SIGHUP, which schedulers and closed terminals send to every process.
/// </summary>
internal static class ExecStageCommand
{
    public const string Name = ThisProgram.ExecStage;

    public static Command Create()
    {
        var request = new Argument<string>("REQUEST") { Description = "The request's file" };
        var command = new Command(Name, "Computes one stage in this process") { request };
        command.Hidden = true;
        command.SetAction(parsed => Execute(StageRequest.Load(parsed.GetRequiredValue(request))));
        return command;
    }

    private static int Execute(StageRequest request)
    {
        // Never disposed: the listener and the signals may use it until the process has ended.
        var interruption = new Interruption();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        ListenForStop(interruption);
        var events = new EventLines(Console.Out);
        try
        {
            new StageExecution(StageKinds.Catalog, Versions.OfThisProgram, events.Write).Execute(request, interruption.Stopping);
            return ChildExit.Published;
        }
        catch (OperationCanceledException)
        {
            return ChildExit.Interrupted;
        }
        catch (DamagedResultException e)
        {
            events.Write(new Failed(ErrorCode.Store, e.Message));
            return ChildExit.DamagedInput;
        }
        catch (Exception e) when (StageFailures.Explain(e) is { } failure)
        {
            events.Write(failure);
            return ChildExit.Failed;
        }
        catch (Exception e)
        {
            events.Write(StageFailures.Defect(e));
            Console.Error.WriteLine(Secret.Redact(e.ToString()));
            return ChildExit.Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            interruption.Stop();
        }
    }

    private static void ListenForStop(Interruption interruption)
    {
        var listener = new Thread(() =>
        {
            Console.In.ReadLine();
            interruption.Stop();
        })
        {
            IsBackground = true,
            Name = "stop listener",
        };
        listener.Start();
    }
}
