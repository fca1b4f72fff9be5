// Tests run one after another: several start brokers, and two cores are all there is.
[assembly: DoNotParallelize]
