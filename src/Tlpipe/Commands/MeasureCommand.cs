// tlpipe measure-speed: the child process that measures how fast this machine multiplies matrices; not for users.
using System.CommandLine;
using System.Globalization;
using Tlpipe.Hosting;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Speed;

namespace Tlpipe.Commands;

/// <summary>Prints floating-point operations a second.</summary>
internal static class MeasureCommand
{
    public const string Name = ThisProgram.MeasureSpeed;

    public static Command Create()
    {
        var device = new Argument<string>("DEVICE");
        var dtype = new Argument<string>("DTYPE");
        var command = new Command(Name, "Measures the speed of a matrix product") { device, dtype };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var opened = ComputeDevice.Open(parsed.GetRequiredValue(device), Environment.ProcessorCount);
            var type = Enum.Parse<ComputeType>(parsed.GetRequiredValue(dtype), ignoreCase: true);
            Console.WriteLine(MatrixSpeed.Measure(opened, type).ToString("R", CultureInfo.InvariantCulture));
            return 0;
        });
        return command;
    }
}
