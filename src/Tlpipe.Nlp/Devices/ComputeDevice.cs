// The one place where tensors are made, so that none can be on the wrong device.
using System.Globalization;
using Tlpipe.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Devices;

/// <summary>Where tensors live and are computed: the CPU or one GPU. Every tensor of tlpipe is made by a method of this type.</summary>
public sealed class ComputeDevice
{
    private readonly torch.Device place;

    private ComputeDevice(torch.Device place, int threads)
    {
        this.place = place;
        SetThreads(threads);
        Threads = get_num_threads();
    }

    /// <summary>The CPU's memory, for what is kept or prepared there whatever the device; torch's threads stay as they are.</summary>
    public static ComputeDevice Host { get; } = new(CPU, 0);

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Name => IsCuda ? $"cuda:{place.index}" : "cpu";

    /// <summary>Whether this is a GPU.</summary>
    public bool IsCuda => place.type == DeviceType.CUDA;

    /// <summary>How many CPU threads torch uses for one operation. It is one number for the whole process.</summary>
    public int Threads { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="name"><c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>.</param>
    /// <param name="threads">CPU threads for one operation; 0 leaves the number to torch.</param>
    /// <exception cref="InputException">The name is not one of these, or there is no such GPU.</exception>
    public static ComputeDevice Open(string name, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (name == "cpu" || (name == "auto" && GpuCount() == 0))
            return new ComputeDevice(CPU, threads);
        if (name == "auto")
            return new ComputeDevice(OpenGpu(0), threads);

        var index = 0;
        var known = name == "cuda"
            || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!known)
            throw new InputException($"'{name}' is not a device; give auto, cpu, cuda or cuda:N");
        var count = GpuCount();
        if (count == 0)
            throw new InputException($"device '{name}' cannot be used: this build or this machine has no CUDA; build with -p:TorchBackend=cuda on a machine with an NVIDIA GPU, or set the device to cpu or auto");
        if (index >= count)
            throw new InputException($"device '{name}' does not exist; this machine has {string.Join(", ", Enumerable.Range(0, count).Select(i => $"cuda:{i}"))}");
        return new ComputeDevice(OpenGpu(index), threads);
    }

    /// <summary>Sets how many CPU threads torch uses for one operation, in the whole process; 0 leaves the number as it is.</summary>
    public static void SetThreads(int threads)
    {
        if (threads > 0)
            set_num_threads(threads);
    }

    /// <summary>Zeros of float32.</summary>
    public Tensor Zeros(params long[] shape) => Zeros(ScalarType.Float32, shape);

    /// <summary>Zeros of an element type.</summary>
    public Tensor Zeros(ScalarType type, params long[] shape) => zeros(shape, type, place);

    /// <summary>Ones of float32.</summary>
    public Tensor Ones(params long[] shape) => ones(shape, ScalarType.Float32, place);

    /// <summary>One float32 value everywhere.</summary>
    public Tensor Full(float value, params long[] shape) => Empty(shape).Fill(value);

    /// <summary>float32 memory that is not initialised.</summary>
    public Tensor Empty(params long[] shape) => empty(shape, ScalarType.Float32, place);

    /// <summary>The integers <c>0 .. count - 1</c> as int64.</summary>
    public Tensor Arange(int count) => From([.. Enumerable.Range(0, count).Select(i => (long)i)]);

    /// <summary>An int64 tensor with a copy of the values; one dimension where no shape is given.</summary>
    public Tensor From(long[] values, params long[] shape) => Place(tensor(values, Shape(values.Length, shape)));

    /// <summary>An int64 tensor (what torch indexes with) with a copy of the values; one dimension where no shape is given.</summary>
    public Tensor From(int[] values, params long[] shape) => From(Array.ConvertAll(values, x => (long)x), shape);

    /// <summary>A float32 tensor with a copy of the values; one dimension where no shape is given.</summary>
    public Tensor From(float[] values, params long[] shape) => Place(tensor(values, Shape(values.Length, shape)));

    /// <summary>A bool tensor with a copy of the values; one dimension where no shape is given.</summary>
    public Tensor From(bool[] values, params long[] shape) => Place(tensor(values, Shape(values.Length, shape)));

    /// <summary>A tensor of an element type with a copy of the bytes, little-endian and row-major.</summary>
    public Tensor From(ReadOnlySpan<byte> bytes, ScalarType type, params long[] shape)
    {
        var result = empty(shape, type, CPU);
        if (bytes.Length != result.NumberOfElements * result.ElementSize)
            throw new ArgumentException($"{bytes.Length} bytes do not fill a tensor of {result.NumberOfElements} elements", nameof(bytes));
        bytes.CopyTo(result.bytes);
        return Place(result);
    }

    /// <summary>
    /// A CPU generator of its own, whatever the device, so that one seed gives the same numbers everywhere and no other
    /// draws come between them.
    /// </summary>
    public Generator Generator(long seed) => new((ulong)seed, CPU);

    /// <summary>Numbers from N(mean, deviation).</summary>
    public Tensor Normal(Generator generator, double mean, double deviation, params long[] shape)
    {
        var result = empty(shape, ScalarType.Float32, CPU).normal_(mean, deviation, generator);
        GC.KeepAlive(generator);
        return Place(result);
    }

    /// <summary>Numbers from [low, high).</summary>
    public Tensor Uniform(Generator generator, double low, double high, params long[] shape)
    {
        var result = empty(shape, ScalarType.Float32, CPU).uniform_(low, high, generator);
        GC.KeepAlive(generator);
        return Place(result);
    }

    /// <summary>The tensor on this device; itself where it already is.</summary>
    public Tensor Place(Tensor tensor) => IsCuda ? tensor.to(place) : tensor;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static int GpuCount() => cuda.is_available() ? cuda.device_count() : 0;

    private static torch.Device OpenGpu(int index) => InitializeDevice(new torch.Device(DeviceType.CUDA, index));

    private static long[] Shape(int count, long[] shape) => shape.Length == 0 ? [count] : shape;
}
