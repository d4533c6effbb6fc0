// The device and number format that a command computes with.
using System.CommandLine;
using Tlpipe.Nlp.Devices;

namespace Tlpipe.Commands;

/// <summary><c>--device</c> and <c>--dtype</c>.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> device = new("--device") { Description = "auto, cpu, cuda or cuda:N", HelpName = "NAME", DefaultValueFactory = _ => "auto" };

    private readonly Option<ComputeType> dtype = new("--dtype") { Description = "fp32, bf16 or fp16", HelpName = "TYPE", DefaultValueFactory = _ => ComputeType.Fp32 };

    public void AddTo(Command command)
    {
        command.Add(device);
        command.Add(dtype);
    }

    public ComputeDevice Open(ParseResult parsed) => ComputeDevice.Open(parsed.GetRequiredValue(device), Environment.ProcessorCount);

    public ComputeType Type(ParseResult parsed) => parsed.GetValue(dtype);
}
